import {composeRuntime} from '../runtime/compose/compose-runtime.js';
import {processRuntime} from '../runtime/process/process-runtime.js';
import type {Runtime} from '../runtime/runtime.js';
import {quickDocker} from '../system/docker-engine.js';
import type {System} from '../system/system.js';
import type {Plan, RuntimeName} from '../topology/plan-schema.js';
import {composeFacts} from './compose-host.js';
import {stateFolderOf} from './deployed-plan.js';
import {processFacts} from './process-host.js';
import {stackHere} from './stack-here.js';

const runtimes: Record<RuntimeName, (system: System) => Runtime> = {
  process: (system) =>
    processRuntime(system, {
      stateFolder: stateFolderOf(system),
      host: async (plan) => (await processFacts(system, plan, 'refuse')).host,
    }),
  compose: (system) =>
    composeRuntime(system, {
      docker: quickDocker(),
      stateFolder: stateFolderOf(system),
      host: async (plan, images) => (await composeFacts(system, plan, {wanted: images, missing: 'refuse'})).host,
    }),
};

/** The runtime a plan asks for, in this folder. Nothing is touched before one of its methods is called. */
export function runtimeFor(system: System, {runtime}: Pick<Plan, 'runtime'>): Runtime {
  return runtimes[runtime](system);
}

/** The runtime of the stack in this folder: as its plan says, or, where that is lost, as what runs does. */
export async function openRuntime(system: System): Promise<Runtime> {
  return runtimes[(await stackHere(system)).runtime](system);
}
