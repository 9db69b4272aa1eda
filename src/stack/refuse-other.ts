import {SutraError} from '../errors.js';
import type {Plan} from '../topology/plan-schema.js';
import type {StackHere} from './stack-here.js';

/** Throws BUSY where another project is deployed in the folder. */
export function refuseOtherProject(plan: Plan, running: Plan | null): void {
  if (running === null || running.project === plan.project) return;
  throw new SutraError('BUSY', `this folder runs project ${running.project}; ${plan.project} needs another`, {
    cure: ['sutra stop, to end the one here', `mkdir ${plan.project} && cd ${plan.project}, then deploy there`],
  });
}

/** Throws BUSY where the stack runs in another runtime: both would want the ports, and nothing is moved while it serves. */
export function refuseOtherRuntime(plan: Plan, running: StackHere): void {
  if ((running.plan === null && running.problem === null) || running.runtime === plan.runtime) return;
  throw new SutraError(
    'BUSY',
    `the stack here runs with runtime ${running.runtime}, and this asks for ${plan.runtime}`,
    {
      cure: [`sutra stop, then the same command`, `or --runtime ${running.runtime}`],
    },
  );
}
