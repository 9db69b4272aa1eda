import type {CheckResult} from '../../decision/check.js';
import {type FailureCode, SutraError} from '../../errors.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {StackUnderTest} from './stack-under-test.js';

/** What a check found out; the runner adds which check it was. */
export type Finding = Pick<CheckResult, 'measured' | 'verdict' | 'reason'>;

/** One thing a running stack must show. One file each; `checks.ts` lists them. */
export interface Check {
  phase: 0 | 1 | 2 | 'security';
  id: string;
  unit: string;
  /** What it finds follows from the configuration and is not observed. */
  computed?: true;
  target: (stack: StackUnderTest) => string;
  /** A check that a topology has no part for is left out; all apply where it is absent. */
  appliesTo?: (plan: Plan) => boolean;
  /** False: an unknown result does not change the overall verdict, since the check asks a service on the internet. */
  unknownDecides?: false;
  /** May throw a SutraError: then the check is unknown, with the error as its reason. */
  run: (stack: StackUnderTest) => Promise<Finding>;
}

export function passIf(good: boolean, measured: CheckResult['measured'], reason: string): Finding {
  return {measured, verdict: good ? 'pass' : 'fail', reason};
}

/**
 * For the check whose subject is the very part that gives no answer, or a wrong one: it fails. To all other checks the same
 * error is a reason to be unknown.
 */
export function failIfSilent(error: unknown): Finding {
  if (error instanceof SutraError && silence.has(error.code)) return passIf(false, null, error.message);
  throw error;
}

const silence = new Set<string>(['NETWORK', 'PERMISSION'] satisfies FailureCode[]);
