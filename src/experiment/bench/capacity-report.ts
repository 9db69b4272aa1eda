import {z} from 'zod';
import {measuredSchema} from '../../decision/option-evidence.js';
import {thresholdResultSchema} from '../../decision/threshold.js';
import {verdicts} from '../../decision/verdict.js';
import {runSchema} from './bench-report.js';

/** What `sutra bench find-capacity --json` prints. */
export const capacityReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  capacityPerSecond: z.number().nullable(),
  verdict: z.enum(verdicts),
  reason: z.string(),
  fromCache: measuredSchema,
  /** Paths of what was written: the record, the page. */
  evidence: z.string().optional(),
  report: z.string().optional(),
  trials: z.array(
    z.strictObject({
      ratePerSecond: z.number(),
      confirms: z.boolean(),
      verdict: z.enum(verdicts),
      reason: z.string(),
      thresholds: z.array(thresholdResultSchema),
      fromCache: measuredSchema,
      run: runSchema,
    }),
  ),
});
export type CapacityReport = z.infer<typeof capacityReportSchema>;
