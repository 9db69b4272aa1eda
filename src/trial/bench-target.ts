import type {Baseline} from '../decision/baseline.js';
import type {Threshold} from '../decision/threshold.js';
import {type BenchOutcome, benchOutcome} from '../experiment/bench/bench-outcome.js';
import {withStackFigures} from '../experiment/bench/stack-figures.js';
import {bench} from '../experiment/load/bench.js';
import type {LoadRequest} from '../experiment/load/request/load-request.js';
import {parseUrl} from '../experiment/load/request/parse-load.js';
import {shownUrl} from '../shown-url.js';
import {runtimeFor} from '../stack/hosts/open-runtime.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {comparableBaseline} from './baselines.js';
import type {LoadWatch} from './watch-load.js';

/** What was measured, of what, and what it is held against. */
export interface Measurement {
  outcome: BenchOutcome;
  /** Null: a target that is no stack of ours. */
  plan: Plan | null;
  baseline: Pick<Baseline, 'name' | 'runs'> | null;
}

export interface AskedBench {
  request: Omit<LoadRequest, 'url'>;
  thresholds: readonly Threshold[];
  repeats: number;
  /** The runs are held against others, now or later: one whose generator was late is made again. */
  compared: boolean;
}

/**
 * Loads the deployed stack, or `url`, and holds it against the baseline of that name. Throws NO_STACK; USAGE for a name there
 * is no baseline of; STATE for a baseline of another machine.
 */
export async function benchTarget(
  system: System,
  {
    request,
    thresholds,
    repeats,
    compared,
    url: asked,
    against,
  }: AskedBench & {url?: string | undefined; against?: string | undefined},
  watch: LoadWatch,
): Promise<Measurement> {
  const plan = asked === undefined ? await requireDeployedPlan(system) : null;
  const url = plan === null ? parseUrl(asked ?? '') : new URL('/embed', plan.urls.api);
  const baseline = against === undefined ? null : comparableBaseline(system, against);
  const load = () =>
    bench(
      {...request, url},
      {
        signal: system.signal,
        repeat: repeats,
        thresholds,
        compared,
        onRun: (at) => watch.begin(`Run ${at + 1} of ${repeats}: ${shownUrl(url)}, seed ${request.seed + at}`),
        onSecond: watch.second,
      },
    );
  const [outcome, figures] =
    plan === null ? [await load(), null] : await withStackFigures({plan, system, usage: usageOf(system, plan)}, load);
  return {plan, baseline, outcome: benchOutcome(outcome, {body: request.body, figures, baseline})};
}

function usageOf(system: System, plan: Plan) {
  return async (signal: AbortSignal) => (await runtimeFor(system, plan)).usage(signal);
}
