import {incompleteBetaInverse} from './incomplete-beta.js';

/** A share, between the bounds that `level` of all samples keep. */
export interface ShareBound {
  share: number;
  low: number;
  high: number;
  level: number;
}

/**
 * Exact interval for the share behind `hits` of `trials` (Clopper and Pearson, 1934). Two-sided: each end is passed by at
 * most (1 - level) / 2 of all samples, so with level 0.9 each end alone is a one-sided 95 % bound.
 */
export function binomialBound(hits: number, trials: number, level = 0.95): ShareBound {
  const tail = (1 - level) / 2;
  return {
    share: hits / trials,
    low: hits === 0 ? 0 : incompleteBetaInverse(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : incompleteBetaInverse(1 - tail, hits + 1, trials - hits),
    level,
  };
}
