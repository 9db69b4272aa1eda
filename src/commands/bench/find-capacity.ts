import {Flags} from '@oclif/core';
import {BaseCommand} from '../../cli/base-command.js';
import {columns} from '../../cli/columns.js';
import {reportFlags} from '../../cli/flags/bench-flags.js';
import {loadFlags} from '../../cli/flags/load-flags.js';
import {LiveLoad} from '../../cli/live/live-load.js';
import {progressOptions} from '../../cli/live/progress.js';
import {paint} from '../../cli/paint.js';
import {configDigest} from '../../decision/evidence.js';
import type {Threshold} from '../../decision/threshold.js';
import {SutraError} from '../../errors.js';
import {capacityFindings, capacitySeries, capacityText} from '../../experiment/bench/capacity-findings.js';
import type {CapacityReport} from '../../experiment/bench/capacity-report.js';
import {identityOf} from '../../experiment/bench/identity-of-plan.js';
import {withHitRate} from '../../experiment/bench/stack-figures.js';
import {
  type Capacity,
  type CapacityOptions,
  type CapacityTrial,
  findCapacity,
} from '../../experiment/load/find-capacity.js';
import {parseLoad, parseUrl} from '../../experiment/load/request/parse-load.js';
import {parseDuration, parseRate} from '../../experiment/load/request/parse-quantity.js';
import {parseThresholds} from '../../experiment/load/result/judge-bench.js';
import type {RunSecond} from '../../experiment/load/result/run-result.js';
import {cachedHint, capacityAnswer, capacityTable, kneeChart, trialText} from '../../report/bench/capacity-text.js';
import {identityFacts} from '../../report/bench/stack-identity-text.js';
import {htmlReport} from '../../report/html/html-report.js';
import {wrapped} from '../../report/wrap.js';
import {requireDeployedPlan} from '../../stack/plans/deployed-plan.js';
import {requireWritable} from '../../system/folders/require-path.js';
import type {Plan} from '../../topology/plan-schema.js';
import {recordEvidence} from '../../trial/evidence-folder.js';
import {keepReport, reportFacts} from '../../trial/keep-report.js';

const defaultThresholds = ['p99<100ms'];
const precision = 1.1;

export default class FindCapacity extends BaseCommand<typeof FindCapacity> {
  static override description = 'the highest rate at which the stack, or any URL, keeps the thresholds';
  static override examples = [
    '<%= config.bin %> bench find-capacity --threshold "p99<50ms" --duration 10s',
    '<%= config.bin %> bench find-capacity --workload unique --html capacity.html',
  ];
  static override flags = {
    ...loadFlags,
    start: Flags.string({description: 'first rate to try; default: half of what a closed loop gets', helpValue: 'N'}),
    highest: Flags.string({description: 'no rate above this is tried', default: '100000', helpValue: 'N'}),
    duration: Flags.string({description: 'measured time of each trial', default: '10s', helpValue: 'TIME'}),
    html: reportFlags.html,
  };

  async run(): Promise<CapacityReport> {
    const {flags, system} = this;
    const thresholds = parseThresholds(flags.threshold ?? defaultThresholds);
    const request = parseLoad({...flags, closed: false});
    const search = {...parseSearch(flags), precision};
    const trialMs = parseDuration(flags.duration, '--duration');
    if (flags.html !== undefined) requireWritable(flags.html, '--html');
    const plan = flags.url === undefined ? await requireDeployedPlan(system) : null;
    const url = plan === null ? parseUrl(flags.url ?? '') : new URL('/embed', plan.urls.api);
    const live = new LiveLoad(progressOptions(this.jsonEnabled()));
    const capacity = await findCapacity(
      {...request, url},
      {
        signal: system.signal,
        thresholds,
        trialMs,
        search,
        watched: this.watched(plan),
        onLook: () => live.begin('Estimating a starting rate (2 s)'),
        onTrial: (rate: number, confirms: boolean) => live.begin(`${rate}/s${confirms ? ', once more' : ''}`),
        onSecond: (second: RunSecond) => live.second(second),
        onTrialEnd: (trial: CapacityTrial) => {
          live.end();
          this.tell(`  ${trialText(trial)}`);
        },
      },
    );
    live.end();
    const kept = capacity.trials.length === 0 ? {} : await this.keep(capacity, thresholds, plan);
    this.conclude(capacity.verdict);
    this.show(capacity);
    for (const [what, path] of Object.entries(kept)) this.log(paint.faint(`${what}: ${path}`));
    return {schemaVersion: 1, ...capacity, ...kept};
  }

  private watched(plan: Plan | null): CapacityOptions['watched'] {
    const {system} = this;
    if (plan === null) return async (run) => [await run(), {kind: 'missing', reason: 'not a stack of this folder'}];
    return async (run) => {
      const [result, share] = await withHitRate({plan, system}, run);
      return [result, typeof share === 'number' ? {kind: 'exact', value: share} : {kind: 'missing', reason: share}];
    };
  }

  /** Under a deadline of its own: what was measured is kept after an interrupt too. */
  private async keep(
    capacity: Capacity,
    thresholds: Threshold[],
    plan: Plan | null,
  ): Promise<Pick<CapacityReport, 'evidence' | 'report'>> {
    const system = {...this.system, signal: AbortSignal.timeout(30_000)};
    const {verdict, capacityPerSecond, fromCache} = capacity;
    const stack = plan === null ? null : identityOf(plan);
    const of = plan === null || stack === null ? null : {thresholds, configDigest: configDigest(plan), stack};
    const evidence =
      plan === null || of === null ? undefined : await recordEvidence(system, plan, capacityFindings(capacity, of));
    const facts = await reportFacts(system, capacityText(capacity, thresholds));
    const page = htmlReport({
      title: `capacity of ${capacity.trials[0]?.run.target}`,
      verdict,
      reason: `${capacityAnswer(capacityPerSecond, fromCache)}: ${capacity.reason}`,
      facts: stack === null ? facts : [...identityFacts(stack), ...facts],
      thresholds: capacity.trials.findLast(({ratePerSecond}) => ratePerSecond === capacityPerSecond)?.thresholds ?? [],
      series: capacitySeries(capacity),
      matrix: null,
      claims: [],
    });
    const report = keepReport(page, {evidence, asked: this.flags.html});
    return {...(evidence === undefined ? {} : {evidence}), ...(report === undefined ? {} : {report})};
  }

  private show({trials, capacityPerSecond, fromCache, verdict, reason}: Capacity): void {
    const colour = {pass: paint.good, fail: paint.bad, unknown: paint.unsure}[verdict];
    const shown = [capacityTable(trials, columns()), kneeChart(trials)].filter((part) => part !== '');
    if (trials.length > 0) this.log(`\n${shown.join('\n\n')}\n`);
    const answer = paint.strong(capacityAnswer(capacityPerSecond, fromCache));
    this.log(wrapped(`${answer} (${colour(verdict)}): ${reason}`, columns()));
    const hint = cachedHint(fromCache);
    if (hint !== '') this.log(wrapped(paint.unsure(hint), columns()));
  }
}

function parseSearch({start, highest}: {start?: string | undefined; highest: string}) {
  const startPerSecond = start === undefined ? null : parseRate(start, '--start');
  const highestPerSecond = parseRate(highest, '--highest');
  if (startPerSecond === null || startPerSecond <= highestPerSecond) return {startPerSecond, highestPerSecond};
  throw new SutraError('USAGE', `--start ${start} is above --highest ${highest}`, {
    cure: 'a lower --start, or a higher --highest',
  });
}
