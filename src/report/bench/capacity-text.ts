import type {Measured} from '../../decision/option-evidence.js';
import {plainNumber} from '../plain-number.js';
import {textTable} from '../table.js';
import {textChart} from '../text-chart.js';
import {hanging, noLimit} from '../wrap.js';

interface Trial {
  ratePerSecond: number;
  /** Percent of the texts. */
  fromCache: Measured;
  confirms: boolean;
  verdict: 'pass' | 'fail' | 'unknown';
  reason: string;
  run: {
    achievedPerSecond: number;
    errors: {total: number};
    latencyMs: {p50: number | null; p99: number | null};
    lateness: {p99Ms: number | null};
  };
}

/** The trials by rate: where the latency leaves the ground is the knee; below them why some did not pass. */
export function capacityTable(trials: readonly Trial[], width = noLimit): string {
  const rows = byRate(trials).map(({ratePerSecond, confirms, verdict, fromCache, run}) => [
    `${ratePerSecond}${confirms ? ' again' : ''}`,
    plainNumber(run.achievedPerSecond),
    plainNumber(run.latencyMs.p50),
    plainNumber(run.latencyMs.p99),
    cacheShare(fromCache),
    String(run.errors.total),
    run.lateness.p99Ms === null ? '-' : `${plainNumber(run.lateness.p99Ms)} ms`,
    verdict,
  ]);
  const table = textTable(
    ['RATE/S', 'ACHIEVED/S', 'P50 MS', 'P99 MS', 'FROM THE CACHE', 'ERRORS', 'GENERATOR LATE P99', 'VERDICT'],
    rows,
    {width},
  );
  const reasons = byRate(trials)
    .filter(({verdict}) => verdict !== 'pass')
    .map(({ratePerSecond, verdict, reason}) => hanging(`${ratePerSecond}/s ${verdict}: `, reason, width));
  return [table, ...(reasons.length === 0 ? [] : ['', ...reasons])].join('\n');
}

/** What became of one trial. */
export function trialText({verdict, reason, fromCache, run}: Trial): string {
  const {achievedPerSecond, latencyMs} = run;
  const figures = `${plainNumber(achievedPerSecond)}/s, p50 ${plainNumber(latencyMs.p50)} ms, p99 ${plainNumber(latencyMs.p99)} ms`;
  const cached = fromCache.kind === 'exact' ? `, ${cacheShare(fromCache)} from the cache` : '';
  return `${figures}${cached}: ${verdict === 'pass' ? 'pass' : `${verdict}, ${reason}`}`;
}

/** The first line of the answer: the rate, and how much of it nobody had to compute. */
export function capacityAnswer(capacityPerSecond: number | null, fromCache: Measured): string {
  if (capacityPerSecond === null) return 'no rate';
  const rate = `${capacityPerSecond} requests a second`;
  return fromCache.kind === 'exact' ? `${rate}, ${cacheShare(fromCache)} of the texts from the cache` : rate;
}

/** What to say below an answer that is mostly the cache's; empty where it is not. */
export function cachedHint(fromCache: Measured): string {
  if (fromCache.kind !== 'exact' || fromCache.value < mostlyCachedPercent) return '';
  return 'Most answers came from the cache: --workload unique finds the capacity for new texts.';
}

const mostlyCachedPercent = 50;

function cacheShare(fromCache: Measured): string {
  return fromCache.kind === 'exact' ? `${plainNumber(fromCache.value)} %` : '-';
}

/** p99 by rate; empty where there are not two rates to draw. */
export function kneeChart(trials: readonly Trial[]): string {
  if (new Set(trials.map(({ratePerSecond}) => ratePerSecond)).size < 2) return '';
  const pointsOf = (wanted: Trial['verdict']) =>
    trials
      .filter(({verdict}) => verdict === wanted)
      .flatMap(({ratePerSecond, run}) =>
        run.latencyMs.p99 === null ? [] : [{x: ratePerSecond, y: run.latencyMs.p99}],
      );
  const series = [
    {name: 'met the thresholds', mark: '●', points: pointsOf('pass')},
    {name: 'did not', mark: '×', points: pointsOf('fail')},
    {name: 'unknown', mark: '?', points: pointsOf('unknown')},
  ].filter(({points}) => points.length > 0);
  return textChart(series, {width: 56, height: 10, xLabel: 'requests/s', yLabel: 'p99 in ms (log scale)'});
}

function byRate(trials: readonly Trial[]): Trial[] {
  return trials.toSorted((a, b) => a.ratePerSecond - b.ratePerSecond);
}
