import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {composeFile} from '../render/compose/compose.js';
import {labels} from '../render/compose/service-definition.js';
import {composeRuntime} from '../runtime/compose/compose-runtime.js';
import {processRuntime} from '../runtime/process/process-runtime.js';
import type {Runtime} from '../runtime/runtime.js';
import {hasContainers, quickDocker} from '../system/docker-engine.js';
import type {System} from '../system/system.js';
import type {Plan, RuntimeName} from '../topology/plan-schema.js';
import {composeHost} from './compose-host.js';
import {lookAtDeployedPlan, stateFolderOf} from './deployed-plan.js';
import {processHost} from './process-host.js';

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
export function runtimeFor(system: System, {runtime}: Plan): Runtime {
  return runtimes[runtime](system);
}

/** The runtime of the stack that was deployed in this folder. */
export async function openRuntime(system: System): Promise<Runtime> {
  return runtimes[await runtimeHere(system)](system);
}

/** As its plan says; where that is lost, as its files or containers do: ending a stack must always be possible. */
async function runtimeHere(system: System): Promise<RuntimeName> {
  const plan = lookAtDeployedPlan(system);
  if (plan.state === 'whole') return plan.value.runtime;
  const state = stateFolderOf(system);
  const composed = existsSync(join(state, composeFile)) || (await hasContainers(`${labels.folder}=${state}`));
  return composed ? 'compose' : 'process';
}
