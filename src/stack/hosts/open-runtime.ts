import type {Runtime} from '../../runtime/runtime.js';
import {quickDocker} from '../../system/docker-engine.js';
import type {System} from '../../system/system.js';
import type {Plan, RuntimeName} from '../../topology/plan-schema.js';
import {stateFolderOf} from '../plans/deployed-plan.js';
import {stackHere} from '../stack-here.js';

/** Each is loaded when a stack of it is opened: a third of what a command would load otherwise. */
const runtimes: Record<RuntimeName, (system: System) => Promise<Runtime>> = {
  async process(system) {
    const [{processRuntime}, {processFacts}] = await Promise.all([
      import('../../runtime/process/process-runtime.js'),
      import('./process-host.js'),
    ]);
    return processRuntime(system, {
      stateFolder: stateFolderOf(system),
      host: async (plan) => (await processFacts(system, plan, 'refuse')).host,
    });
  },
  async compose(system) {
    const [{composeRuntime}, {composeFacts}] = await Promise.all([
      import('../../runtime/compose/compose-runtime.js'),
      import('./compose-host.js'),
    ]);
    return composeRuntime(system, {
      docker: quickDocker(),
      stateFolder: stateFolderOf(system),
      host: async (plan, images) => (await composeFacts(system, plan, {wanted: images, missing: 'refuse'})).host,
    });
  },
};

/** The runtime a plan asks for, in this folder. Nothing is touched before one of its methods is called. */
export function runtimeFor(system: System, {runtime}: Pick<Plan, 'runtime'>): Promise<Runtime> {
  return runtimes[runtime](system);
}

/** The runtime of the stack in this folder: as its plan says, or, where that is lost, as what runs does. */
export async function openRuntime(system: System): Promise<Runtime> {
  return runtimes[(await stackHere(system)).runtime](system);
}
