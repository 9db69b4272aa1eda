import {normalAbove} from './normal.js';

export interface RankTest {
  /** Pairs (a, b) in which a is larger, a tie counting one half. */
  u: number;
  /** Two-sided: chance of a U this far from the middle when both samples come from one population. */
  p: number;
  /** u / (pairs): chance that a value of `a` is above one of `b`. */
  above: number;
  method: 'exact' | 'normal';
}

/** Above this many values a side the normal approximation differs in the fourth digit only. */
const exactUpTo = 30;

/**
 * Mann-Whitney U, two-sided (Mann and Whitney, 1947): does one of two samples tend to be larger? No shape is assumed, and an
 * outlier counts as one rank. Small samples without ties: the exact distribution. Otherwise the normal approximation with
 * correction for ties and for continuity. Values of one sample must be independent: repeats, not requests.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const pairs = a.length * b.length;
  if (pairs === 0) return {u: Number.NaN, p: Number.NaN, above: Number.NaN, method: 'exact'};
  const u = a.reduce((sum, x) => sum + b.reduce((wins, y) => wins + won(x, y), 0), 0);
  const ties = tieSizes([...a, ...b]);
  const exact = ties.length === 0 && Math.max(a.length, b.length) <= exactUpTo;
  const larger = Math.max(u, pairs - u);
  const p = exact ? 2 * exactTail(larger, a.length, b.length) : 2 * normalTail(larger, a.length, b.length, ties);
  return {u, p: Math.min(1, p), above: u / pairs, method: exact ? 'exact' : 'normal'};
}

function won(x: number, y: number): number {
  if (x === y) return 0.5;
  return x > y ? 1 : 0;
}

/** P(U >= u). Ways to reach each U by Mann and Whitney's recurrence, built as a product of Gaussian binomials. */
function exactTail(u: number, n: number, m: number): number {
  const ways = new Float64Array(n * m + 1);
  ways[0] = 1;
  for (let k = 1; k <= n; k += 1) {
    for (let s = ways.length - 1; s >= m + k; s -= 1) ways[s] = at(ways, s) - at(ways, s - m - k);
    for (let s = k; s < ways.length; s += 1) ways[s] = at(ways, s) + at(ways, s - k);
  }
  const all = ways.reduce((sum, count) => sum + count, 0);
  return ways.subarray(Math.ceil(u)).reduce((sum, count) => sum + count, 0) / all;
}

function normalTail(u: number, n: number, m: number, ties: readonly number[]): number {
  const all = n + m;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - tied / (all * (all - 1))));
  // All values equal: nothing speaks for a difference.
  if (deviation === 0) return 0.5;
  return normalAbove((u - (n * m) / 2 - 0.5) / deviation);
}

/** Sizes of the groups of equal values, where larger than one. */
function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((size) => size > 1);
}

function at(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}
