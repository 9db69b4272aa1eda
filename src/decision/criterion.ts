import {z} from 'zod';

const common = {
  id: z.string(),
  title: z.string(),
  /** Of the value: `ms`, `requests/s`, `%`. */
  unit: z.string(),
};

/** What must hold. No weight buys it back. */
const gateSchema = z.strictObject({
  kind: z.literal('gate'),
  ...common,
  /** Null where the measurement was judged as it was taken: a check. */
  target: z.strictObject({compare: z.enum(['<', '<=', '>', '>=', '=']), limit: z.number()}).nullable(),
  /** Whether each repeat must hold it (no failed request), or the median of them (a latency). */
  of: z.enum(['every', 'median']),
});
export type Gate = z.infer<typeof gateSchema>;

/** What is weighed: more of one may pay for less of another. Values are ratios of something, so 0 or more. */
const scoreSchema = z.strictObject({
  kind: z.literal('score'),
  ...common,
  better: z.enum(['lower', 'higher']),
  weight: z.number().positive(),
  /** A change must be larger than this share of the baseline to matter: 0.05. */
  marginRatio: z.number().min(0),
});
export type Score = z.infer<typeof scoreSchema>;

/** What is asked of an option. It knows nothing of how or whether that was measured. */
export const criterionSchema = z.discriminatedUnion('kind', [gateSchema, scoreSchema]);
export type Criterion = z.infer<typeof criterionSchema>;
