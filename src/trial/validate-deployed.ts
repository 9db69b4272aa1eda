import {type CheckResult, verdictOfChecks} from '../decision/check.js';
import {configDigest} from '../decision/evidence.js';
import type {Matrix} from '../decision/matrix-schema.js';
import {judgeSuccess, type SuccessSet} from '../decision/success-criteria.js';
import {successEvidence} from '../decision/success-evidence.js';
import type {Verdict} from '../decision/verdict.js';
import type {Phase} from '../experiment/validate/checks.js';
import {validateStack} from '../experiment/validate/validate.js';
import {openRuntime} from '../stack/hosts/open-runtime.js';
import {requireDeployedPlan} from '../stack/plans/deployed-plan.js';
import {credentialsFor} from '../system/http/stack-credentials.js';
import {lockfileFolder} from '../system/product-version.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {readEvidence, recordEvidence} from './evidence-folder.js';

export interface Validated {
  verdict: Verdict;
  checks: CheckResult[];
  /** Path of the record. */
  evidence: string;
}

/**
 * Runs the checks of these phases on the deployed stack, or of those that its topology has where none is asked for, and
 * records the results. `onCheck` is told all results so far. Throws NO_STACK, or USAGE without a key that is wanted.
 */
export async function validateDeployed(
  system: System,
  asked: readonly Phase[],
  onCheck: (checks: readonly CheckResult[]) => void,
): Promise<Validated> {
  const plan = await requireDeployedPlan(system);
  const chosen = asked.length === 0 ? phasesOf(plan) : asked;
  // Of security much can be seen without a key; of the rest nothing.
  if (chosen.some((phase) => phase !== 'security')) credentialsFor(plan.urls.api);
  const runtime = await openRuntime(system);
  const checks: CheckResult[] = [];
  for await (const check of validateStack({plan, runtime, system, lockfileFolder}, chosen)) {
    checks.push(check);
    onCheck(checks);
  }
  const verdict = verdictOfChecks(checks);
  const evidence = await recordEvidence(system, plan, {kind: 'validate', verdict, checks});
  return {verdict, checks, evidence};
}

/** Judges what was recorded of the deployed stack by a set of criteria; measures nothing. `note` is told what cannot be read. */
export async function judgeRecorded(
  system: System,
  set: SuccessSet,
  given: Readonly<Record<string, number>>,
  note: (text: string) => void,
): Promise<Matrix> {
  const plan = await requireDeployedPlan(system);
  const records = await readEvidence(system, plan, note);
  return judgeSuccess(set, successEvidence(records, configDigest(plan), given));
}

function phasesOf({cache, loadBalancer}: Plan): Phase[] {
  return [0, ...(cache.enabled ? [1 as const] : []), ...(loadBalancer === null ? [] : [2 as const])];
}
