import {incompleteBeta, incompleteBetaInverse} from './incomplete-beta.js';
import {median} from './quantile.js';

/** A value and the interval around it that holds the true one with probability `level`. */
export interface Interval {
  value: number;
  low: number;
  high: number;
  /** What the interval really has: fewer than six repeats cannot give a median 95 %. */
  level: number;
}

/**
 * The median of repeats between two of them: the narrowest pair of order statistics whose exact coverage reaches `level`
 * (David and Nagaraja, Order Statistics, 7.1), else the whole range with the coverage it has. Assumes no shape.
 */
export function medianInterval(repeats: readonly number[], level = 0.95): Interval {
  const sorted = repeats.toSorted((x, y) => x - y);
  const count = sorted.length;
  if (count === 0) return {value: Number.NaN, low: Number.NaN, high: Number.NaN, level: 0};
  let cut = 0;
  while (cut + 1 < count / 2 && coverage(count, cut + 1) >= level) cut += 1;
  const low = sorted[cut] ?? Number.NaN;
  const high = sorted[count - 1 - cut] ?? Number.NaN;
  return {value: median(sorted), low, high, level: coverage(count, cut)};
}

/** The mean of repeats with Student's interval: for values that are near to normal, such as means of many requests. */
export function meanInterval(repeats: readonly number[], level = 0.95): Interval {
  const count = repeats.length;
  const mean = repeats.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return {value: mean, low: mean, high: mean, level: 0};
  const variance = repeats.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = studentQuantile(1 - (1 - level) / 2, count - 1) * Math.sqrt(variance / count);
  return {value: mean, low: mean - half, high: mean + half, level};
}

/** Chance that the median lies between the order statistics `cut` places from both ends. */
function coverage(count: number, cut: number): number {
  // P(Binomial(count, 1/2) <= cut) = I_1/2(count - cut, cut + 1), DLMF 8.17.5.
  return count === 1 ? 0 : 1 - 2 * incompleteBeta(0.5, count - cut, cut + 1);
}

/** The q-quantile of Student's t, q >= 1/2: from I_x(df/2, 1/2) = P(|T| > t) with x = df / (df + t²), DLMF 8.17. */
function studentQuantile(q: number, degreesOfFreedom: number): number {
  const x = incompleteBetaInverse(2 * (1 - q), degreesOfFreedom / 2, 0.5);
  return Math.sqrt((degreesOfFreedom * (1 - x)) / x);
}
