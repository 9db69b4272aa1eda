import {join} from 'node:path';
import {SutraError} from '../../errors.js';
import {folderOf} from '../../model/model-folder.js';
import {findModel} from '../../model/store.js';
import type {ProcessHost} from '../../runtime/process/process-files.js';
import {findHaproxy} from '../../system/haproxy-program.js';
import {productRoot} from '../../system/product-version.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import type {HostFacts, WhenMissing} from './host-facts.js';
import {requireModelFolder} from './require-model-folder.js';

/**
 * Where on this machine what the plan needs is, for a deployment as for a preview of it. Throws TOOL_MISSING, or STATE for
 * a model that was not pulled.
 */
export async function processFacts(system: System, plan: Plan, missing: WhenMissing): Promise<HostFacts<ProcessHost>> {
  const found = await haproxyFor(system, plan);
  const assumed: string[] = [];
  if (plan.loadBalancer !== null && found === null) {
    if (missing === 'refuse') {
      throw new SutraError('TOOL_MISSING', 'this topology needs HAProxy, which is not installed', {
        cure: 'sutra deploy',
      });
    }
    const {major, minor} = presumedHaproxy.version;
    assumed.push(`HAProxy is not installed yet and will be ${major}.${minor}`);
  }
  const haproxy = plan.loadBalancer === null ? null : (found ?? presumedHaproxy);
  if (missing === 'refuse') {
    return {host: {...programs, modelFolder: await requireModelFolder(system, plan), haproxy}, assumed};
  }
  const model = await findModel(system, plan.modelSource);
  if (model === null) assumed.push(`the model ${plan.modelSource} is not pulled yet`);
  return {host: {...programs, modelFolder: model?.folder ?? folderOf(system, plan.model), haproxy}, assumed};
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
