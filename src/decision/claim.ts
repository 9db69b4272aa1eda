import {z} from 'zod';
import type {Criterion} from './criterion.js';
import type {Cell, Matrix} from './matrix-schema.js';
import {shortNumber} from './short-number.js';

const claimSchema = z.strictObject({
  option: z.string(),
  criterion: z.string(),
  /** As it is printed. */
  printed: z.string(),
  /** The same as a number: in the criterion's unit, or how many times the baseline. */
  value: z.number(),
  of: z.enum(['value', 'times baseline']),
  source: z.string(),
  /** What can be said of it without measuring. */
  remark: z.string().exactOptional(),
});
/** A figure that documents print, to be held beside the measurement. */
export type Claim = z.infer<typeof claimSchema>;

export const judgedClaimSchema = claimSchema.extend({
  measured: z.string(),
  word: z.enum(['holds', 'better than claimed', 'does not hold', 'unknown']),
});
export type JudgedClaim = z.infer<typeof judgedClaimSchema>;

/** A figure that follows from how an option is built: nobody weighs it, and no repeat would change it. */
export interface Computed {
  value: number;
  unit: string;
}

/**
 * Each claim beside what was measured. The interval decides: a claim inside it holds. `computed`: option id → figure id → what
 * is no criterion; less of it is better.
 */
export function judgeClaims(
  claims: readonly Claim[],
  matrix: Matrix,
  computed: Readonly<Record<string, Readonly<Record<string, Computed>>>> = {},
): JudgedClaim[] {
  return claims.map((claim) => {
    const figure = computed[claim.option]?.[claim.criterion];
    if (figure !== undefined) return {...claim, ...judgedComputed(claim, figure)};
    const criterion = matrix.criteria.find(({id}) => id === claim.criterion);
    const row = matrix.rows.find(({option}) => option === claim.option);
    const cell = row?.cells.find((each) => each.criterion === claim.criterion);
    if (criterion === undefined || cell === undefined) return {...claim, measured: 'not measured', word: 'unknown'};
    return {...claim, ...judged(claim, criterion, cell)};
  });
}

function judged(claim: Claim, criterion: Criterion, cell: Cell): Pick<JudgedClaim, 'measured' | 'word'> {
  const lowerIsBetter = criterion.kind === 'score' && criterion.better === 'lower';
  if (claim.of === 'value') {
    const seen = ownValue(cell);
    if (seen === null) return {measured: withoutInterval(criterion, cell), word: 'unknown'};
    return {measured: `${shortNumber(seen.value)} ${criterion.unit}`, word: wordFor(claim.value, seen, lowerIsBetter)};
  }
  const times = timesBaseline(cell);
  if (times === null) return {measured: cell.difference?.reason ?? 'nothing to compare with', word: 'unknown'};
  // Of what should fall, the claim is the factor by which it does.
  const factor = lowerIsBetter ? {value: 1 / times.value, low: 1 / times.high, high: 1 / times.low} : times;
  return {measured: `${shortNumber(factor.value)}x`, word: wordFor(claim.value, factor, false)};
}

function withoutInterval({unit}: Criterion, {value, repeats, reason}: Cell): string {
  if (value === null) return reason || 'not measured';
  return `${shortNumber(value)} ${unit}; ${repeats === 1 ? '1 repeat is' : `${repeats} repeats are`} too few for a verdict`;
}

function judgedComputed({value: claimed}: Claim, {value, unit}: Computed): Pick<JudgedClaim, 'measured' | 'word'> {
  const word = wordFor(claimed, {value, low: value, high: value}, true);
  return {measured: `${shortNumber(value)} ${unit}, computed`, word};
}

interface Seen {
  value: number;
  low: number;
  high: number;
}

/** Too few repeats have no 95 % interval. */
function ownValue({value, low, high, level}: Cell): Seen | null {
  return value === null || low === null || high === null || level < 0.95 ? null : {value, low, high};
}

function timesBaseline({difference}: Cell): Seen | null {
  if (difference === null || difference.judgement === 'unknown') return null;
  const {changeRatio, low, high} = difference;
  if (changeRatio === null || low === null || high === null) return null;
  return {value: 1 + changeRatio, low: 1 + low, high: 1 + high};
}

function wordFor(claimed: number, {low, high}: Seen, lowerIsBetter: boolean): JudgedClaim['word'] {
  if (low <= claimed && claimed <= high) return 'holds';
  return low > claimed === lowerIsBetter ? 'does not hold' : 'better than claimed';
}
