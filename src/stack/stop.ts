import type {Runtime} from '../runtime/runtime.js';
import type {System} from '../system/system.js';
import {forgetDeployedPlan} from './plans/deployed-plan.js';
import {forgetUnfinished} from './plans/unfinished-plan.js';

/** Ends the whole stack and forgets its plan; returns what ran. Logs, journal and evidence stay, data but for `volumes`. */
export async function stopStack(
  system: Pick<System, 'cwd'>,
  runtime: Runtime,
  signal: AbortSignal,
  options = {volumes: false},
): Promise<string[]> {
  const {instances} = await runtime.status();
  await runtime.down(signal, options);
  await forgetDeployedPlan(system);
  forgetUnfinished(system);
  return instances.filter(({state}) => state !== 'stopped').map(({name}) => name);
}
