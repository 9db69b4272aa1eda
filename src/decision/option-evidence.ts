import {z} from 'zod';
import {verdicts} from './verdict.js';

/** What evidence says of one option under one criterion. */
export const measuredSchema = z.discriminatedUnion('kind', [
  /** One value a repeat. */
  z.strictObject({kind: z.literal('repeats'), values: z.array(z.number()).readonly()}),
  /** A size, a price, a count: known without measuring, or the same however often it is measured. */
  z.strictObject({kind: z.literal('exact'), value: z.number()}),
  /** Judged as it was taken. */
  z.strictObject({kind: z.literal('judged'), verdict: z.enum(verdicts), shown: z.string(), reason: z.string()}),
  /** Not measured, or not to be trusted; why. */
  z.strictObject({kind: z.literal('missing'), reason: z.string()}),
]);
export type Measured = z.infer<typeof measuredSchema>;

export interface OptionEvidence {
  id: string;
  title: string;
  /** Criterion id → what was measured. What is not in here is missing. */
  measured: Readonly<Record<string, Measured>>;
}

export function measuredOf({measured}: Pick<OptionEvidence, 'measured'>, criterion: string): Measured {
  return measured[criterion] ?? {kind: 'missing', reason: 'not measured'};
}
