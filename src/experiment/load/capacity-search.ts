import type {Verdict} from '../../decision/verdict.js';

/** One rate that was tried. */
export interface Trial {
  ratePerSecond: number;
  /** A second look at a rate that passed. */
  confirms: boolean;
  verdict: Verdict;
}

export interface SearchOptions {
  startPerSecond: number;
  highestPerSecond: number;
  /** Below this a trial has too few requests to tell anything. */
  lowestPerSecond: number;
  /** The rate that fails is at most so many times the one that passes: 1.1. */
  precision: number;
}

export type NextTrial =
  | {kind: 'try'; ratePerSecond: number; confirms: boolean}
  | {kind: 'done'; capacityPerSecond: number | null; verdict: Verdict; reason: string};

const mostTrials = 40;
/** A busy machine makes a trial unknown, and may leave the next one alone. */
const looksAtUnknown = 3;
/** Rates one after another, and none passed: lower ones will not be better. */
const mostUnknownRates = 3;

/**
 * Where to look next for the highest rate that passes: doubles or halves until one passes and one does not, halves the
 * interval between them (by the geometric mean) and looks at the winner once more. A rate that did not pass when looked
 * at again has not passed. Unknown is not a pass.
 */
export function nextTrial(trials: readonly Trial[], options: SearchOptions): NextTrial {
  const again = unknownOnce(trials);
  if (again !== null && trials.length < mostTrials) return again;
  const worstOf = verdictsByRate(trials);
  const bad = [...worstOf].filter(([, {verdict}]) => verdict !== 'pass').map(([rate]) => rate);
  const ceiling = Math.min(Number.POSITIVE_INFINITY, ...bad);
  // What passed above a rate that failed was luck.
  const good = [...worstOf].filter(([rate, {verdict}]) => verdict === 'pass' && rate < ceiling).map(([rate]) => rate);
  const floor = good.length === 0 ? null : Math.max(...good);
  if (trials.length >= mostTrials) return done(null, 'unknown', `no result after ${mostTrials} trials`);
  if (floor === null) return below(ceiling, options, worstOf);
  if (ceiling === Number.POSITIVE_INFINITY && floor < options.highestPerSecond) {
    return attempt(Math.min(options.highestPerSecond, 2 * floor));
  }
  if (ceiling / floor > options.precision && ceiling !== Number.POSITIVE_INFINITY)
    return attempt(Math.sqrt(floor * ceiling));
  if (worstOf.get(floor)?.confirmed !== true) {
    if (unknownLooks(trials, floor) < looksAtUnknown) return {kind: 'try', ratePerSecond: floor, confirms: true};
    return done(floor, 'unknown', `${shown(floor)}/s held once, and could not be measured again`);
  }
  return found(floor, ceiling, worstOf);
}

/** The last trial once more, when it was unknown and there is still a chance. */
function unknownOnce(trials: readonly Trial[]): NextTrial | null {
  const last = trials.at(-1);
  if (last?.verdict !== 'unknown' || unknownLooks(trials, last.ratePerSecond) >= looksAtUnknown) return null;
  return {kind: 'try', ratePerSecond: last.ratePerSecond, confirms: last.confirms};
}

function unknownLooks(trials: readonly Trial[], rate: number): number {
  return trials.filter(({ratePerSecond, verdict}) => ratePerSecond === rate && verdict === 'unknown').length;
}

interface RateVerdict {
  verdict: Verdict;
  confirmed: boolean;
}

type ByRate = ReadonlyMap<number, RateVerdict>;

function verdictsByRate(trials: readonly Trial[]): ByRate {
  const byRate = new Map<number, RateVerdict>();
  for (const {ratePerSecond, verdict, confirms} of trials) {
    const before = byRate.get(ratePerSecond);
    byRate.set(ratePerSecond, {
      verdict: before === undefined ? verdict : afterwards(before.verdict, verdict),
      confirmed: (confirms && verdict !== 'unknown') || before?.confirmed === true,
    });
  }
  return byRate;
}

/** A fail stays one; what was unknown is what the last look says, and a look that says nothing takes nothing away. */
function afterwards(before: Verdict, verdict: Verdict): Verdict {
  if (before === 'fail' || verdict === 'unknown') return before;
  return verdict;
}

/** Nothing has passed yet. */
function below(ceiling: number, {startPerSecond, lowestPerSecond}: SearchOptions, byRate: ByRate): NextTrial {
  if (ceiling === Number.POSITIVE_INFINITY) return attempt(startPerSecond);
  const unknown = [...byRate.values()].filter(({verdict}) => verdict === 'unknown').length;
  if (unknown >= mostUnknownRates) {
    return done(
      null,
      'unknown',
      `the generator gave no valid measurement at ${unknown} rates, the last ${shown(ceiling)}/s`,
    );
  }
  if (ceiling / 2 >= lowestPerSecond) return attempt(ceiling / 2);
  const verdict = byRate.get(ceiling)?.verdict ?? 'unknown';
  const reason = `not even ${ceiling.toPrecision(2)} requests per second met the thresholds; a longer --duration allows lower rates`;
  return done(null, verdict, reason);
}

function found(floor: number, ceiling: number, byRate: ByRate): NextTrial {
  if (ceiling === Number.POSITIVE_INFINITY)
    return done(floor, 'pass', 'the thresholds held at --highest, the highest rate tried');
  if (byRate.get(ceiling)?.verdict === 'fail') {
    return done(floor, 'pass', `${shown(floor)}/s held twice, ${shown(ceiling)}/s did not`);
  }
  return done(floor, 'unknown', `${shown(floor)}/s held; ${shown(ceiling)}/s could not be measured`);
}

/** Three digits: nobody can tell 1,414.2 requests a second from 1,410. */
function attempt(ratePerSecond: number): NextTrial {
  return {kind: 'try', ratePerSecond: Number(ratePerSecond.toPrecision(3)), confirms: false};
}

function done(capacityPerSecond: number | null, verdict: Verdict, reason: string): NextTrial {
  return {kind: 'done', capacityPerSecond, verdict, reason};
}

function shown(rate: number): string {
  return String(Number(rate.toPrecision(3)));
}
