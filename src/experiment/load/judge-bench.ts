import {
  judgeThreshold,
  parseThreshold,
  type Threshold,
  type ThresholdFigures,
  type ThresholdResult,
} from '../../decision/threshold.js';
import {type Verdict, worstVerdict} from '../../decision/verdict.js';
import {median} from '../../stats/quantile.js';
import type {LatencySummary, RunResult} from './run-result.js';

export interface BenchVerdict {
  verdict: Verdict;
  reason: string;
  thresholds: ThresholdResult[];
}

/** What holds although nobody typed it: a run of errors is not to pass because it had no other threshold. */
const errorLimit = 'errors<1%';

/** Parses thresholds, adding the one on errors where none is given. Throws USAGE. */
export function parseThresholds(texts: readonly string[]): Threshold[] {
  const own = texts.map(parseThreshold);
  return own.some(({metric}) => metric === 'errors') ? own : [...own, parseThreshold(errorLimit)];
}

/** Holds the median of the runs to the thresholds. Runs that say nothing, or were cut short, leave it unknown. */
export function judgeBench(runs: readonly RunResult[], thresholds: readonly Threshold[]): BenchVerdict {
  const sound = runs.filter(({verdict, partial}) => verdict === 'ok' && !partial);
  const unsound = runs.find((run) => !sound.includes(run));
  const figures = medianFigures(sound.length === 0 ? runs : sound);
  const results = thresholds.map((threshold) => judgeThreshold(threshold, figures));
  if (unsound !== undefined || runs.length === 0) {
    return {
      verdict: 'unknown',
      reason: unsoundReason(runs.length - sound.length, runs.length, unsound),
      thresholds: results.map((result) => ({...result, verdict: 'unknown'})),
    };
  }
  const verdict = worstVerdict(results.map((result) => result.verdict));
  const bad = results
    .filter((result) => result.verdict !== 'pass')
    .map((result) => `${result.threshold} ${result.verdict}`);
  const reason = bad.length === 0 ? `${results.map(({threshold}) => threshold).join(', ')} held` : bad.join(', ');
  return {verdict, reason, thresholds: results};
}

function unsoundReason(count: number, all: number, run: RunResult | undefined): string {
  if (run === undefined) return 'nothing was measured';
  const why = run.partial ? 'interrupted' : run.reason;
  return all === 1 ? why : `${count} of ${all} runs: ${why}`;
}

function medianFigures(runs: readonly RunResult[]): ThresholdFigures {
  const of = (pick: (run: RunResult) => number) => median(runs.map(pick));
  return {
    latencyMs: medianSummary(runs.map(({latencyMs}) => latencyMs)),
    serviceMs: medianSummary(runs.map(({serviceMs}) => serviceMs)),
    achievedPerSecond: of((run) => run.achievedPerSecond),
    requests: of((run) => run.requests),
    errors: {total: of((run) => run.errors.total)},
  };
}

function medianSummary(summaries: readonly LatencySummary[]): LatencySummary {
  const of = (name: keyof LatencySummary) => {
    const values = summaries.map((summary) => summary[name]);
    const known = values.filter((value) => value !== null);
    return known.length === values.length && known.length > 0 ? median(known) : null;
  };
  return {
    p50: of('p50'),
    p90: of('p90'),
    p95: of('p95'),
    p99: of('p99'),
    p999: of('p999'),
    max: of('max'),
    mean: of('mean'),
  };
}
