import {
  judgeThreshold,
  measuredText,
  parseThreshold,
  type Threshold,
  type ThresholdFigures,
  type ThresholdResult,
} from '../../../decision/threshold.js';
import {type Verdict, worstVerdict} from '../../../decision/verdict.js';
import {median} from '../../../stats/quantile.js';
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

/**
 * Holds the median of the runs to the thresholds. Runs that say nothing, that were cut short, or that are fewer than the
 * `asked` ones leave it unknown.
 */
export function judgeBench(
  runs: readonly RunResult[],
  thresholds: readonly Threshold[],
  asked = runs.length,
): BenchVerdict {
  const sound = runs.filter(({verdict, partial}) => verdict === 'ok' && !partial);
  const unsound = runs.find((run) => !sound.includes(run));
  const figures = medianFigures(sound.length === 0 ? runs : sound);
  const results = thresholds.map((threshold) => judgeThreshold(threshold, figures));
  if (unsound !== undefined || runs.length === 0 || runs.length < asked) {
    return {
      verdict: 'unknown',
      reason: unsoundReason({count: runs.length - sound.length, made: runs.length, asked}, unsound),
      thresholds: results.map((result) => ({...result, verdict: 'unknown'})),
    };
  }
  const verdict = worstVerdict(results.map((result) => result.verdict));
  const bad = results.filter((result) => result.verdict !== 'pass').map(badText);
  const reason = bad.length === 0 ? `${results.map(({threshold}) => threshold).join(', ')} held` : bad.join(', ');
  return {verdict, reason, thresholds: results};
}

function badText(result: ThresholdResult): string {
  if (result.verdict === 'unknown') return `${result.threshold} unknown`;
  return `${result.threshold} did not hold: ${measuredText(result)}`;
}

function unsoundReason(
  {count, made, asked}: {count: number; made: number; asked: number},
  run: RunResult | undefined,
): string {
  if (made === 0) return 'nothing was measured';
  if (run === undefined) return `interrupted after ${made} of ${asked} runs`;
  if (run.partial) return asked === 1 ? 'interrupted' : `interrupted in run ${made} of ${asked}`;
  return made === 1 ? run.reason : `${count} of ${made} runs: ${run.reason}`;
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
