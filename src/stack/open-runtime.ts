import {composeRuntime} from '../runtime/compose/compose-runtime.js';
import {processRuntime} from '../runtime/process/process-runtime.js';
import type {Runtime} from '../runtime/runtime.js';
import {quickDocker} from '../system/docker-engine.js';
import type {System} from '../system/system.js';
import type {Plan, RuntimeName} from '../topology/plan-schema.js';
import {composeHost} from './compose-host.js';
import {stateFolderOf} from './deployed-plan.js';
import {processHost} from './process-host.js';
import {stackHere} from './stack-here.js';

const runtimes: Record<RuntimeName, (system: System) => Runtime> = {
  process: (system) =>
    processRuntime(system, {stateFolder: stateFolderOf(system), host: (plan) => processHost(system, plan)}),
  compose: (system) =>
    composeRuntime(system, {
      docker: quickDocker(),
      stateFolder: stateFolderOf(system),
      host: (plan, images) => composeHost(system, plan, images),
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
