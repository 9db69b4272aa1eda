import {type JudgedClaim, judgeClaims} from '../decision/claim.js';
import type {Matrix} from '../decision/matrix-schema.js';
import type {BenchReport} from '../experiment/bench/bench-report.js';
import {identityOf} from '../experiment/bench/identity-of-plan.js';
import type {BenchOption, OptionSet} from '../experiment/bench/matrix/bench-option.js';
import {
  figuresSeen,
  measureOption,
  nothingSeen,
  runsSeen,
  type Seen,
  seenBeside,
} from '../experiment/bench/matrix/measure-option.js';
import {measureOptions, type OptionRun} from '../experiment/bench/matrix/measure-options.js';
import {optionsMatrix} from '../experiment/bench/matrix/options-matrix.js';
import {withInference} from '../experiment/bench/matrix/with-inference.js';
import type {LoadRequest} from '../experiment/load/request/load-request.js';
import type {RunResult} from '../experiment/load/result/run-result.js';
import {identityText} from '../report/bench/stack-identity-text.js';
import type {ResolvedStack} from '../stack/plans/resolve-stack.js';
import {runningSettings} from '../stack/plans/running-settings.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import type {Layer} from '../topology/settings/environment.js';
import {keepMatrix} from './keep-matrix.js';
import {endOrphans} from './scratch-orphans.js';
import {freePortOffset, resolveOn, scratchSettings, scratchStack} from './scratch-stack.js';
import type {LoadWatch} from './watch-load.js';

export interface AskedMatrix {
  set: OptionSet;
  load: Omit<LoadRequest, 'url'>;
  repeats: number;
  /** What every option is deployed with, above what runs here. */
  layers: Layer[];
  /** Undefined: the first free one. */
  portOffset: number | undefined;
  /** Said between what will be deployed and the first run. */
  notice: string;
  html: string | undefined;
}

export interface MatrixWatch extends LoadWatch {
  /** A run has ended: what was drawn of it stays. */
  end: () => void;
}

export interface JudgedMatrix {
  matrix: Matrix;
  claims: JudgedClaim[];
  figures: ReturnType<typeof figuresSeen>;
  reason: string;
  attempts: readonly OptionRun[];
  /** Runs that were made again, as the generator fell behind. */
  discarded: number;
  kept: Pick<BenchReport, 'evidence' | 'report'>;
}

/**
 * Deploys each option beside what runs, measures all in turn, judges them and keeps the evidence. An interrupt ends it with what
 * was seen by then; nothing that was started stays. Throws what is wrong with the settings before anything starts.
 */
export async function runMatrix(system: System, asked: AskedMatrix, watch: MatrixWatch): Promise<JudgedMatrix> {
  const {set} = asked;
  await endOrphans(system, watch.tell);
  const resolved = await resolveOptions(system, asked);
  for (const line of resolved.says) watch.tell(line);
  if (asked.notice !== '') watch.tell(asked.notice);
  const seen = nothingSeen();
  await measureAll(system, {asked, resolved: resolved.of, seen}, watch);
  const matrix = optionsMatrix(set, seen.attempts, seenBeside(set, seen));
  const judged = {
    matrix,
    claims: judgeClaims(set.claims, matrix, seen.computed),
    figures: figuresSeen(set, seen),
    reason: system.signal.aborted ? `interrupted, partial: ${matrix.reason}` : matrix.reason,
  };
  const kept = await keepMatrix(system, {set, seen, base: resolved.base, html: asked.html}, judged);
  return {...judged, attempts: seen.attempts, discarded: seen.discarded, kept};
}

interface Resolved {
  base: Plan;
  /** What each option will be deployed as, in words. */
  says: string[];
  of: (option: BenchOption) => Promise<ResolvedStack>;
}

async function resolveOptions(system: System, {set, layers, portOffset}: AskedMatrix): Promise<Resolved> {
  const running = runningSettings(system);
  const resolved = (more: Layer[], offset: number): Promise<ResolvedStack> => {
    const scratch = {origin: 'bench matrix', settings: scratchSettings(offset)};
    return resolveOn(system, running, [...layers, ...more, scratch]);
  };
  const resolveOption = async (option: BenchOption, offset: number): Promise<ResolvedStack> => {
    const found = await resolved([{origin: `option ${option.id}`, settings: option.settings}], offset);
    return {...found, plan: withInference(found.plan, option)};
  };
  await resolved([], 0);
  const plans = await Promise.allSettled(set.options.map((option) => resolveOption(option, 0)));
  const planned = plans.flatMap((each) => (each.status === 'fulfilled' ? [each.value.plan] : []));
  const offset = portOffset ?? (await freePortOffset(planned));
  const {plan: base} = await resolved([], offset);
  const whose = running === null ? 'sutra.yaml, the environment and defaults' : 'the stack that runs here';
  const says = [`Deploys in turn, on ports + ${offset}, with the settings of ${whose}:`, ...optionLines(set, plans)];
  return {base, says, of: (option) => resolveOption(option, offset)};
}

/** One line an option: what it will be deployed as, or why it will not. */
function optionLines({options}: OptionSet, plans: readonly PromiseSettledResult<ResolvedStack>[]): string[] {
  return options.map(({title}, place) => {
    const found = plans[place];
    if (found?.status === 'fulfilled') return `  ${title}: ${identityText(identityOf(found.value.plan))}`;
    return `  ${title} is left out: ${found?.reason instanceof Error ? found.reason.message : found?.reason}`;
  });
}

interface Measuring {
  asked: AskedMatrix;
  resolved: Resolved['of'];
  seen: Seen;
}

async function measureAll(system: System, {asked, resolved, seen}: Measuring, watch: MatrixWatch): Promise<void> {
  const {set, load, repeats} = asked;
  await using scratch = await scratchStack(system);
  let cell = 0;
  const measure = async (option: BenchOption): Promise<RunResult> => {
    cell += 1;
    const round = runsSeen(seen, option) + 1;
    watch.begin(`${cell} of ${set.options.length * repeats}: ${option.title}, round ${round} of ${repeats}`);
    const wanted = await resolved(option);
    return measureOption(option, {
      ...{set, load, seen, stack: {plan: wanted.plan, system, usage: scratch.usage(wanted.plan)}},
      bring: () => scratch.bring(wanted),
      onSecond: watch.second,
      note: (text) => watch.begin(`  ${text}`),
    });
  };
  try {
    const rounds = measureOptions(set.options, {repeats, seed: load.seed, measure, signal: system.signal});
    for await (const attempt of rounds) {
      seen.attempts.push(attempt);
      watch.end();
      watch.tell(`  ${attemptText(attempt)}`);
    }
  } catch (error) {
    watch.end();
    if (!system.signal.aborted) throw error;
    watch.tell('Interrupted: stopping what was started');
  }
}

function attemptText({run, failure, option}: OptionRun): string {
  if (run === null) return `${option.title} is left out: ${failure}`;
  const {achievedPerSecond, latencyMs, errors} = run;
  const number = (value: number | null) => (value === null ? '-' : String(Number(value.toPrecision(3))));
  const spoilt = run.verdict === 'ok' ? '' : `; unknown: ${run.reason}`;
  return `${number(achievedPerSecond)}/s, p50 ${number(latencyMs.p50)} ms, p99 ${number(latencyMs.p99)} ms, ${errors.total} errors${spoilt}`;
}
