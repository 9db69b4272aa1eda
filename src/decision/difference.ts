import {medianRatio} from '../stats/bootstrap.js';
import {holm} from '../stats/holm.js';
import {mannWhitney} from '../stats/mann-whitney.js';
import {median} from '../stats/quantile.js';
import type {Score} from './criterion.js';
import type {Difference, Matrix} from './matrix-schema.js';
import {measuredOf, type OptionEvidence} from './option-evidence.js';
import {shortNumber, signedPercent} from './short-number.js';

type Judging = Matrix['judging'];
type Untested = Omit<Difference, 'judgement' | 'beyondMargin' | 'reason'>;

/** The bootstrap's: a judgement of the same values is the same judgement. */
const seed = 20_251_107;

/**
 * An option against another, criterion by criterion, in the order of `scores`. A difference needs the rank test, corrected
 * over these criteria, to be below alpha; fewer repeats than `minRepeats` on either side are not judged at all.
 */
export function differences(
  scores: readonly Score[],
  option: OptionEvidence,
  baseline: OptionEvidence,
  judging: Judging,
): Difference[] {
  const pairs = scores.map((score) => comparable(score, option, baseline, judging));
  const tested = pairs.flatMap((pair, index) => ('p' in pair && pair.p !== null ? [{index, p: pair.p}] : []));
  const corrected = holm(tested.map(({p}) => p));
  const pOf = new Map(tested.map(({index}, place) => [index, corrected[place] ?? 1]));
  return scores.map((score, index) => {
    const pair = pairs[index] ?? {reason: 'not measured'};
    if ('reason' in pair) return {...nothing, judgement: 'unknown', beyondMargin: false, reason: pair.reason};
    return judged(score, {...pair, p: pOf.get(index) ?? null}, judging);
  });
}

const nothing: Untested = {changeRatio: null, low: null, high: null, p: null};

function comparable(
  {id}: Score,
  option: OptionEvidence,
  baseline: OptionEvidence,
  {minRepeats}: Judging,
): Untested | {reason: string} {
  const [own, theirs] = [measuredOf(option, id), measuredOf(baseline, id)];
  for (const [who, side] of [[option, own] as const, [baseline, theirs] as const]) {
    if (side.kind === 'missing') return {reason: `${who.title}: ${side.reason}`};
    if (side.kind === 'judged') return {reason: `${who.title}: ${side.shown} is not a number`};
  }
  if (own.kind === 'exact' && theirs.kind === 'exact') {
    const changeRatio = changeOf(own.value, theirs.value);
    return {changeRatio, low: changeRatio, high: changeRatio, p: null};
  }
  if (own.kind !== 'repeats' || theirs.kind !== 'repeats') return {reason: 'measured on one side, given on the other'};
  const fewest = Math.min(own.values.length, theirs.values.length);
  if (fewest < minRepeats)
    return {
      reason: `${fewest} ${fewest === 1 ? 'repeat' : 'repeats'}: a comparison needs at least ${minRepeats} of each`,
    };
  if (![...own.values, ...theirs.values].every(Number.isFinite)) return {reason: 'not every repeat gave a value'};
  const {p} = mannWhitney(own.values, theirs.values);
  const {low, high} = medianRatio(own.values, theirs.values, {seed});
  const changeRatio = changeOf(median(own.values), median(theirs.values));
  return {changeRatio, low: finite(low - 1), high: finite(high - 1), p};
}

function judged(score: Score, tested: Untested, {alpha}: Judging): Difference {
  const {changeRatio, p} = tested;
  const beyondMargin = changeRatio === null || Math.abs(changeRatio) > score.marginRatio;
  const chance = chanceText(p);
  if (changeRatio === 0 || (p !== null && p >= alpha)) {
    return {...tested, judgement: 'same', beyondMargin, reason: `no difference beyond noise (${chance})`};
  }
  // From nothing, any change is a rise.
  const rises = changeRatio === null || changeRatio > 0;
  const judgement = rises === (score.better === 'higher') ? 'better' : 'worse';
  const change = changeRatio === null ? 'up from 0' : signedPercent(changeRatio);
  const within = beyondMargin ? '' : `, within the margin of ${shortNumber(score.marginRatio * 100)} %`;
  return {...tested, judgement, beyondMargin, reason: `${change}, ${judgement} (${chance})${within}`};
}

/** Without p both values are given, not measured. */
function chanceText(p: number | null): string {
  if (p === null) return 'given';
  return p < 0.001 ? 'p < 0.001' : `p = ${shortNumber(p)}`;
}

function changeOf(value: number, base: number): number | null {
  return value === base ? 0 : finite(value / base - 1);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
