import {z} from 'zod';
import {type Verdict, verdicts, worstVerdict} from './verdict.js';

/** One criterion held against one measurement. */
export const checkResultSchema = z.strictObject({
  phase: z.union([z.int(), z.literal('security')]),
  id: z.string(),
  /** What was seen; null when it could not be measured. */
  measured: z.union([z.number(), z.string(), z.null()]),
  /** True: it follows from the configuration and was not observed. */
  computed: z.literal(true).optional(),
  /** What had to be, as a reader would say it: `>= 0.7`, `= 256`. */
  target: z.string(),
  unit: z.string(),
  verdict: z.enum(verdicts),
  /** Why, in one sentence: always given. */
  reason: z.string(),
  /** False: the result is unknown and does not change the overall verdict. */
  decides: z.literal(false).optional(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** The verdict of checks together, without those that do not decide. */
export function verdictOfChecks(checks: readonly CheckResult[]): Verdict {
  return worstVerdict(checks.filter(({decides}) => decides !== false).map(({verdict}) => verdict));
}
