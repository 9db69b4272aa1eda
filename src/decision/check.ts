import type {Verdict} from './verdict.js';

/** One criterion held against one measurement. */
export interface CheckResult {
  phase: number | 'security';
  id: string;
  /** What was seen; null when it could not be measured. */
  measured: number | string | null;
  /** What had to be, as a reader would say it: `>= 0.7`, `= 256`. */
  target: string;
  unit: string;
  verdict: Verdict;
  /** Why, in one sentence: always given. */
  reason: string;
}
