import {SutraError} from '../errors.js';
import type {Plan} from '../topology/plan-schema.js';
import type {StackHere} from './stack-here.js';

/** Throws BUSY where another project is deployed in the folder. */
export function refuseOtherProject(plan: Plan, running: Plan | null): void {
  if (running === null || running.project === plan.project) return;
  throw new SutraError('BUSY', `this folder runs project "${running.project}", not "${plan.project}"`, {
    cure: [`pass --project ${running.project}`, `or deploy "${plan.project}" from another folder: --folder DIR`],
  });
}

/** Throws BUSY where the stack runs in another runtime: both would want the ports, and nothing is moved while it serves. */
export function refuseOtherRuntime(plan: Plan, running: StackHere): void {
  if ((running.plan === null && running.problem === null) || running.runtime === plan.runtime) return;
  throw new SutraError(
    'BUSY',
    `the stack here uses runtime ${running.runtime}, and this command asks for ${plan.runtime}`,
    {
      cure: ['sutra stop, then run the same command again', `or pass --runtime ${running.runtime}`],
    },
  );
}
