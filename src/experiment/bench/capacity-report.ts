import {z} from 'zod';
import {verdicts} from '../../decision/verdict.js';
import type {Capacity} from '../load/find-capacity.js';
import {runSchema, thresholdResultSchema} from './bench-report.js';

/** What `sutra bench find-capacity --json` prints. */
export const capacityReportSchema: z.ZodType<{schemaVersion: 1} & Capacity> = z.strictObject({
  schemaVersion: z.literal(1),
  capacityPerSecond: z.number().nullable(),
  verdict: z.enum(verdicts),
  reason: z.string(),
  trials: z.array(
    z.strictObject({
      ratePerSecond: z.number(),
      confirms: z.boolean(),
      verdict: z.enum(verdicts),
      reason: z.string(),
      thresholds: z.array(thresholdResultSchema),
      run: runSchema,
    }),
  ),
});
