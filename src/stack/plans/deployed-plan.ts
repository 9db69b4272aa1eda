import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {SutraError} from '../../errors.js';
import {type JsonFile, readJsonFile, requireJson, writeJsonFile} from '../../system/files/json-file.js';
import {makeStateFolder} from '../../system/folders/folder-mark.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {type Plan, planSchema} from '../../topology/plan-schema.js';
import {copiedFrom, refuseCopy} from '../folder-copy.js';
import {useStackCredentials} from '../secrets/use-stack-credentials.js';
import {readHistory} from './plan-history.js';

const planFile = 'plan.json';

export {stateFolderOf} from '../../system/folders/state-folder.js';

/**
 * The plan of the stack that was deployed here last and not stopped; null when there is none. Throws STATE when damaged.
 * That of a copied folder is another stack's.
 */
export function findDeployedPlan(system: Pick<System, 'cwd'>): Plan | null {
  return requireJson(join(stateFolderOf(system), planFile), lookAtDeployedPlan(system), damagedCure);
}

/** The same, whatever state the file is in. */
export function lookAtDeployedPlan(system: Pick<System, 'cwd'>): JsonFile<Plan> {
  if (copiedFrom(system) !== null) return {state: 'gone'};
  return readJsonFile(join(stateFolderOf(system), planFile), planSchema);
}

const damagedCure = [
  'run `sutra deploy` with the same flags: it rewrites the file and keeps the services running',
  'or `sutra stop`, which finds them without it',
];

/** The same, where there must be one. From now on this command's calls to it present its key and trust its certificate. */
export async function requireDeployedPlan(system: Pick<System, 'cwd' | 'env'>): Promise<Plan> {
  const plan = findDeployedPlan(system);
  if (plan !== null) {
    await useStackCredentials(system, plan);
    return plan;
  }
  refuseCopy(system);
  if (readHistory(system).length > 0) {
    throw new SutraError('NO_STACK', `the stack in ${system.cwd} is stopped`, {
      cure: ['sutra start: as it was deployed', 'or sutra deploy: as flags and sutra.yaml say'],
    });
  }
  throw new SutraError('NO_STACK', `no stack is deployed in ${system.cwd}`, {
    cure: ['sutra deploy', 'or pass --folder DIR, the folder the stack was deployed in'],
  });
}

export function writeDeployedPlan(system: Pick<System, 'cwd'>, plan: Plan): void {
  makeStateFolder(stateFolderOf(system));
  writeJsonFile(join(stateFolderOf(system), planFile), plan);
}

export async function forgetDeployedPlan(system: Pick<System, 'cwd'>): Promise<void> {
  await rm(join(stateFolderOf(system), planFile), {recursive: true, force: true});
}
