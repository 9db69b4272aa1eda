import {decide} from '../src/decision/decide.js';
import type {Matrix} from '../src/decision/matrix-schema.js';
import type {OptionEvidence} from '../src/decision/option-evidence.js';
import {allSucceed, p50, p95, p99, rate} from '../src/experiment/bench/bench-criteria.js';
import {interleaving} from '../src/experiment/bench/matrix/interleaving.js';

/** One repeat: what a run of that length would have said. */
export interface Window {
  rate: number;
  p50: number;
  p95: number;
  p99: number;
}

const repeats = 10;
/** Windows one trial takes from a recording. */
export const trialWindows = 2 * repeats;
const criteria = [allSucceed, rate(1), p50(1), p95(1), p99(1)];

/**
 * What a comparison would have said of a stretch of one recording, cut up as two options measured interleaved. The second is
 * made slower by `slowdown`: 1 for two that are the same.
 */
export function trial(windows: readonly Window[], start: number, seed: number, slowdown: number): Matrix {
  const order = interleaving(['a', 'b'], repeats, seed).flat();
  const of = (option: string) => order.flatMap((each, index) => windows[each === option ? start + index : -1] ?? []);
  const slower = of('b').map((window) => ({
    rate: window.rate / slowdown,
    p50: window.p50 * slowdown,
    p95: window.p95 * slowdown,
    p99: window.p99 * slowdown,
  }));
  const options = [evidence('a', of('a')), evidence('b', slower)];
  return decide({title: 'trial', purpose: 'guard', criteria, options, baseline: 'a'});
}

/** Whether any criterion was told apart, within the margin or beyond. */
export function toldApart({rows}: Matrix): boolean {
  return rows.some(({cells}) =>
    cells.some(({difference}) => difference?.judgement === 'better' || difference?.judgement === 'worse'),
  );
}

/** Whether the slowdown of the median was found: the verdict fails, and for that. */
export function medianFound({verdict, rows}: Matrix): boolean {
  const cell = rows[1]?.cells.find(({criterion}) => criterion === 'p50');
  return verdict === 'fail' && cell?.difference?.judgement === 'worse' && cell.difference.beyondMargin;
}

function evidence(id: string, windows: readonly Window[]): OptionEvidence {
  const values = (read: (window: Window) => number) => ({kind: 'repeats' as const, values: windows.map(read)});
  return {
    id,
    title: id,
    measured: {
      succeeded: values(() => 100),
      rate: values((window) => window.rate),
      p50: values((window) => window.p50),
      p95: values((window) => window.p95),
      p99: values((window) => window.p99),
    },
  };
}
