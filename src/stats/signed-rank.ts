import {normalAbove} from './normal.js';

export interface SignedRankTest {
  /** Sum of the ranks of the positive differences. */
  w: number;
  /** Two-sided: chance of a W this far from the middle when a pair is as likely to differ one way as the other. */
  p: number;
  method: 'exact' | 'normal';
}

/** Above this many pairs the normal approximation differs in the fourth digit only. */
const exactUpTo = 50;

/**
 * Wilcoxon's signed-rank test, two-sided (Wilcoxon, 1945): do pairs tend to differ one way? What both of a pair share (the
 * minute they were measured in) cancels out. Pairs without a difference are left out, as Wilcoxon did. Exact without ties,
 * otherwise the normal approximation with correction for ties and for continuity.
 */
export function signedRank(differences: readonly number[]): SignedRankTest {
  const told = differences.filter((difference) => difference !== 0);
  const count = told.length;
  if (count === 0) return {w: 0, p: differences.length === 0 ? Number.NaN : 1, method: 'exact'};
  const {ranks, ties} = midRanks(told.map(Math.abs));
  const w = told.reduce((sum, difference, index) => sum + (difference > 0 ? (ranks[index] ?? 0) : 0), 0);
  const larger = Math.max(w, (count * (count + 1)) / 2 - w);
  const exact = ties.length === 0 && count <= exactUpTo;
  const p = 2 * (exact ? exactTail(larger, count) : normalTail(larger, count, ties));
  return {w, p: Math.min(1, p), method: exact ? 'exact' : 'normal'};
}

/** P(W >= w): each rank is in the sum or not, 2^count ways, counted by their sum. */
function exactTail(w: number, count: number): number {
  const ways = new Float64Array((count * (count + 1)) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= count; rank += 1) {
    for (let sum = ways.length - 1; sum >= rank; sum -= 1) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0);
  }
  return ways.subarray(Math.ceil(w)).reduce((sum, each) => sum + each, 0) / 2 ** count;
}

function normalTail(w: number, count: number, ties: readonly number[]): number {
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24 - tied / 48);
  return normalAbove((w - (count * (count + 1)) / 4 - 0.5) / deviation);
}

/** Ranks from 1, equal values sharing the middle of theirs, and the sizes of the groups of equals. */
function midRanks(values: readonly number[]): {ranks: number[]; ties: number[]} {
  const sorted = values.toSorted((a, b) => a - b);
  const ranks = values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
  const sizes = [...new Set(sorted)].map((value) => sorted.lastIndexOf(value) - sorted.indexOf(value) + 1);
  return {ranks, ties: sizes.filter((size) => size > 1)};
}
