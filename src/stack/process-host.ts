import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {folderOf} from '../model/model-folder.js';
import {findModel} from '../model/store.js';
import type {ProcessHost} from '../runtime/process/process-files.js';
import {findHaproxy} from '../system/haproxy-program.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {productRoot} from './product-version.js';
import {requireModelFolder} from './require-model-folder.js';

/** Where on this machine what the plan needs is. Throws TOOL_MISSING, or STATE for a model that was not pulled. */
export async function processHost(system: System, plan: Plan): Promise<ProcessHost> {
  const haproxy = await haproxyFor(system, plan);
  if (plan.loadBalancer !== null && haproxy === null) {
    throw new SutraError('TOOL_MISSING', 'HAProxy is not on this machine, and this topology needs it', {
      cure: 'sutra deploy',
    });
  }
  return {...programs, modelFolder: await requireModelFolder(system, plan), haproxy};
}

/** The same, where what is missing is put where it would be: for showing what a deployment would do. */
export async function likelyProcessHost(system: System, plan: Plan): Promise<ProcessHost> {
  const [model, haproxy] = [await findModel(system, plan.modelSource), await haproxyFor(system, plan)];
  return {
    ...programs,
    modelFolder: model?.folder ?? folderOf(system, plan.model),
    haproxy: plan.loadBalancer === null ? null : (haproxy ?? presumedHaproxy),
  };
}

async function haproxyFor(system: System, {loadBalancer}: Plan) {
  return loadBalancer === null ? null : await findHaproxy(system);
}

const programs = {
  node: process.execPath,
  embedder: join(productRoot, 'templates/embedder/dist/main.js'),
  cache: join(productRoot, 'templates/cache/dist/main.js'),
};

/** The version whose image is the default. */
const presumedHaproxy = {program: 'haproxy', version: {major: 3, minor: 0}};
