import {median} from '../stats/quantile.js';
import type {Score} from './criterion.js';
import type {Difference, FlipMargin} from './matrix-schema.js';
import {measuredOf, type OptionEvidence} from './option-evidence.js';

/** An option in the running and how good it is under each criterion: 1 is the best of them, 0.5 half as good. */
export interface Weighed {
  option: OptionEvidence;
  /** In the order of the scores. */
  worths: number[];
  /** The worths by weight, 0 to 1. */
  total: number;
}

/** An option and its differences to the baseline; of the baseline itself, none. */
export interface Candidate {
  option: OptionEvidence;
  differences: readonly Difference[] | null;
}

/** Weighs options against each other. A difference to the baseline that is noise counts as none. */
export function weigh(scores: readonly Score[], candidates: readonly Candidate[], baseline: OptionEvidence): Weighed[] {
  const values = candidates.map(({option, differences}) =>
    scores.map(({id}, index) => middleOf(differences?.[index]?.judgement === 'same' ? baseline : option, id)),
  );
  const best = scores.map(({better}, index) => {
    const column = values.map((row) => row[index] ?? Number.NaN);
    return better === 'lower' ? Math.min(...column) : Math.max(...column);
  });
  const shares = weightShares(scores);
  return candidates.map(({option}, row) => {
    const worths = scores.map((score, index) => worth(score, values[row]?.[index], best[index]));
    return {option, worths, total: dot(worths, shares)};
  });
}

/**
 * The smallest move of one weight after which another option wins. Exact: totals are linear in a weight's share s when the
 * others keep their proportions, T(s) = s·u + (1 - s)·R with R the total over the other criteria; two options cross where
 * their T are equal.
 */
export function flipMargin(scores: readonly Score[], winner: Weighed, others: readonly Weighed[]): FlipMargin | null {
  const shares = weightShares(scores);
  const crossings = others.flatMap((rival) =>
    scores.flatMap(({id}, index) => {
      const from = shares[index] ?? 0;
      const to = crossing(from, index, winner, rival);
      return to === null ? [] : [{criterion: id, from, to, winner: rival.option.id}];
    }),
  );
  return crossings.toSorted((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from))[0] ?? null;
}

/** Weights as shares of all weight. */
export function weightShares(scores: readonly Score[]): number[] {
  const all = scores.reduce((sum, {weight}) => sum + weight, 0);
  return scores.map(({weight}) => weight / all);
}

function crossing(from: number, index: number, winner: Weighed, rival: Weighed): number | null {
  if (from >= 1) return null;
  const lead = (winner.worths[index] ?? 0) - (rival.worths[index] ?? 0);
  const leadElsewhere = (winner.total - rival.total - from * lead) / (1 - from);
  const to = leadElsewhere / (leadElsewhere - lead);
  // At the very ends the two are equal, and none beyond.
  return to > 0 && to < 1 ? to : null;
}

/** Values are 0 or more. */
function worth({better}: Score, value = Number.NaN, best = Number.NaN): number {
  if (value === best) return 1;
  return better === 'lower' ? best / value : value / best;
}

function middleOf(option: OptionEvidence, criterion: string): number {
  const measured = measuredOf(option, criterion);
  if (measured.kind === 'exact') return measured.value;
  return measured.kind === 'repeats' ? median(measured.values) : Number.NaN;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
