import {z} from 'zod';
import {criterionSchema} from './criterion.js';
import {verdicts} from './verdict.js';

const verdict = z.enum(verdicts);

const differenceSchema = z.strictObject({
  /** Change against the baseline as a share of it, with its 95 % interval: 0.1 is 10 % more. Null where the baseline is 0. */
  changeRatio: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Of the rank test, corrected over the criteria of this option (Holm). Null where nothing was tested. */
  p: z.number().nullable(),
  /** `same`: no difference beyond noise, printed `~`. `unknown`: not to be judged. */
  judgement: z.enum(['better', 'worse', 'same', 'unknown']),
  beyondMargin: z.boolean(),
  reason: z.string(),
});
export type Difference = z.infer<typeof differenceSchema>;

const cellSchema = z.strictObject({
  criterion: z.string(),
  /** Median of the repeats; null where there is none. */
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** What the interval really covers: fewer than six repeats cannot give 0.95. */
  level: z.number(),
  repeats: z.int(),
  /** As it was measured, where that is no number. */
  shown: z.string().nullable(),
  /** Of a gate; null for a score. */
  verdict: verdict.nullable(),
  /** To the baseline; null for a gate, and for the baseline itself. */
  difference: differenceSchema.nullable(),
  reason: z.string(),
});
export type Cell = z.infer<typeof cellSchema>;

const rowSchema = z.strictObject({
  option: z.string(),
  title: z.string(),
  /** One a criterion, in their order. */
  cells: z.array(cellSchema),
  /** 0 to 100; null where an option is out of the running or cannot be judged. */
  score: z.number().nullable(),
  verdict,
  reason: z.string(),
});
export type Row = z.infer<typeof rowSchema>;

const flipMarginSchema = z.strictObject({
  criterion: z.string(),
  /** Shares of all weight, the others keeping their proportions. */
  from: z.number(),
  to: z.number(),
  /** Who wins beyond it. */
  winner: z.string(),
});
export type FlipMargin = z.infer<typeof flipMarginSchema>;

/** Options down, criteria across. The same for validate, bench, chaos, model comparison and release. */
export const matrixSchema = z.strictObject({
  schemaVersion: z.literal(1),
  title: z.string(),
  /** `choose`: which option? `guard`: is any option worse than the baseline? */
  purpose: z.enum(['choose', 'guard']),
  baseline: z.string().nullable(),
  judging: z.strictObject({minRepeats: z.int(), alpha: z.number()}),
  criteria: z.array(criterionSchema),
  rows: z.array(rowSchema),
  verdict,
  reason: z.string(),
  recommendation: z.strictObject({option: z.string().nullable(), reason: z.string()}),
  /** The smallest move of one weight that changes the winner; null where none does. */
  flip: flipMarginSchema.nullable(),
});
export type Matrix = z.infer<typeof matrixSchema>;
