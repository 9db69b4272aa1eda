import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {readTextIfThere, writeFileAtomic} from '../system/files.js';
import {stateFolderOf} from '../system/state-folder.js';
import type {System} from '../system/system.js';
import {type Plan, planSchema} from '../topology/plan-schema.js';
import {useStackCredentials} from './use-stack-credentials.js';

const planFile = 'plan.json';

export {stateFolderOf} from '../system/state-folder.js';

/** The plan of the stack that was deployed here last and not stopped; null when there is none. */
export async function findDeployedPlan(system: Pick<System, 'cwd'>): Promise<Plan | null> {
  const path = join(stateFolderOf(system), planFile);
  const text = await readTextIfThere(path);
  if (text === null) return null;
  const parsed = planSchema.safeParse(safeJson(text));
  if (parsed.success) return parsed.data;
  throw new SutraError('STATE', `${path} is not a plan this version can read`, {
    cure: ['sutra stop', 'sutra deploy'],
    cause: parsed.error,
  });
}

/** The same, where there must be one. From now on this command's calls to it present its key and trust its certificate. */
export async function requireDeployedPlan(system: Pick<System, 'cwd' | 'env'>): Promise<Plan> {
  const plan = await findDeployedPlan(system);
  if (plan !== null) {
    await useStackCredentials(system, plan);
    return plan;
  }
  throw new SutraError('NO_STACK', `no stack is deployed in ${system.cwd}`, {
    cure: ['sutra deploy', 'or the same command with --folder DIR, where the stack was deployed'],
  });
}

export async function writeDeployedPlan(system: Pick<System, 'cwd'>, plan: Plan): Promise<void> {
  await mkdir(stateFolderOf(system), {recursive: true, mode: 0o700});
  await writeFileAtomic(join(stateFolderOf(system), planFile), `${JSON.stringify(plan, null, 2)}\n`, 0o600);
}

export async function forgetDeployedPlan(system: Pick<System, 'cwd'>): Promise<void> {
  await rm(join(stateFolderOf(system), planFile), {force: true});
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
