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
  const {model, haproxy} = await lookUp(system, plan);
  if (plan.loadBalancer !== null && haproxy === null) {
    throw new SutraError('TOOL_MISSING', 'HAProxy is not on this machine, and this topology needs it', {
      cure: 'sutra deploy',
    });
  }
  if (model === null) {
    throw new SutraError('STATE', `the model ${plan.modelSource} is not on this machine`, {
      cure: `sutra model pull ${plan.modelSource}`,
    });
  }
  return {...programs, modelFolder: model.folder, haproxy};
}

/** The same, where what is missing is put where it would be: for showing what a deployment would do. */
export async function likelyHost(system: System, plan: Plan): Promise<ProcessHost> {
  const {model, haproxy} = await lookUp(system, plan);
  return {
    ...programs,
    modelFolder: model?.folder ?? folderOf(system, plan.model),
    haproxy: plan.loadBalancer === null ? null : (haproxy ?? presumedHaproxy),
  };
}

/** A model of the user's own is held to its checksum by this: once is enough. */
async function lookUp(system: System, plan: Plan) {
  const haproxy = plan.loadBalancer === null ? null : await findHaproxy(system);
  return {model: await findModel(system, plan.modelSource), haproxy};
}

const programs = {
  node: process.execPath,
  embedder: join(productRoot, 'templates/embedder/dist/main.js'),
  cache: join(productRoot, 'templates/cache/dist/main.js'),
};

/** The version whose image is the default. */
const presumedHaproxy = {program: 'haproxy', version: {major: 3, minor: 0}};
