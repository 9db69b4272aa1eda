import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {folderOf} from '../model/model-folder.js';
import {findModel} from '../model/store.js';
import type {ProcessHost} from '../runtime/process/process-files.js';
import {processRuntime} from '../runtime/process/process-runtime.js';
import type {Runtime} from '../runtime/runtime.js';
import {findHaproxy} from '../system/haproxy-program.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {stateFolderOf} from './deployed-plan.js';
import {productRoot} from './product-version.js';

/** The runtime of the stack in this folder. Nothing is touched before one of its methods is called. */
export function openRuntime(system: System): Runtime {
  return processRuntime(system, {stateFolder: stateFolderOf(system), host: (plan) => presentHost(system, plan)});
}

/** Where on this machine what the plan needs is. Throws TOOL_MISSING, or STATE for a model that was not pulled. */
async function presentHost(system: System, plan: Plan): Promise<ProcessHost> {
  const host = await likelyHost(system, plan);
  if (host.haproxy !== null && (await findHaproxy(system)) === null) {
    throw new SutraError('TOOL_MISSING', 'HAProxy is not on this machine, and this topology needs it', {
      cure: 'sutra deploy',
    });
  }
  if ((await findModel(system, plan.modelSource)) === null) {
    throw new SutraError('STATE', `the model ${plan.modelSource} is not on this machine`, {
      cure: `sutra model pull ${plan.modelSource}`,
    });
  }
  return host;
}

/** The same, where what is missing is put where it would be: for showing what a deployment would do. */
export async function likelyHost(system: System, plan: Plan): Promise<ProcessHost> {
  const model = await findModel(system, plan.modelSource);
  return {
    node: process.execPath,
    embedder: join(productRoot, 'templates/embedder/dist/main.js'),
    cache: join(productRoot, 'templates/cache/dist/main.js'),
    modelFolder: model?.folder ?? folderOf(system, plan.model),
    haproxy: plan.loadBalancer === null ? null : ((await findHaproxy(system)) ?? presumedHaproxy),
  };
}

/** The version whose image is the default. */
const presumedHaproxy = {program: 'haproxy', version: {major: 3, minor: 0}};
