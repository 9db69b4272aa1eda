import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {composeFile} from '../render/compose/compose-file.js';
import {labels} from '../render/compose/service-definition.js';
import {processesOf} from '../runtime/process/stack-processes.js';
import {stackFolder} from '../runtime/stack-folder.js';
import {hasContainers, hasVolumes} from '../system/docker-engine.js';
import {folderNames} from '../system/folders/folder-mark.js';
import {secretFilesOf} from '../system/folders/secrets-folder.js';
import type {System} from '../system/system.js';
import type {Plan, RuntimeName} from '../topology/plan-schema.js';
import {lookAtDeployedPlan, stateFolderOf} from './plans/deployed-plan.js';
import {readHistory} from './plans/plan-history.js';

/** What is deployed in this folder, as far as its files, or else what runs, tell. */
export interface StackHere {
  /** null: nothing is deployed here, or (see `problem`) no file tells with what settings. */
  plan: Plan | null;
  /** What is wrong with plan.json; null where it is whole or nothing is deployed. */
  problem: string | null;
  runtime: RuntimeName;
  /** The API of what runs asks for keys. */
  wantsKeys: boolean;
}

/**
 * Reads plan.json. Where it is damaged, or gone although services run, the newest deployment of the history stands in
 * for it: the last that succeeded.
 */
export async function stackHere(system: Pick<System, 'cwd'>): Promise<StackHere> {
  const found = lookAtDeployedPlan(system);
  if (found.state === 'whole') {
    const {runtime, security} = found.value;
    return {plan: found.value, problem: null, runtime, wantsKeys: security.apiKeys !== null};
  }
  const kept = readHistory(system).at(-1)?.plan ?? null;
  const running = await runtimeThatRuns(system);
  const runtime = running ?? kept?.runtime ?? (await likelyRuntime(system));
  if (found.state === 'gone' && running === null) return {plan: null, problem: null, runtime, wantsKeys: false};
  const plan = kept?.runtime === runtime ? kept : null;
  const problem = found.state === 'gone' ? 'is gone although services run' : found.problem;
  const wantsKeys =
    plan === null ? existsSync(secretFilesOf(stateFolderOf(system)).apiKeys) : plan.security.apiKeys !== null;
  return {plan, problem, runtime, wantsKeys};
}

/** The runtime whose processes or containers carry the mark of this folder; null: nothing of it runs. */
async function runtimeThatRuns(system: Pick<System, 'cwd'>): Promise<RuntimeName | null> {
  const state = stateFolderOf(system);
  if (!existsSync(state)) return null;
  if (processesOf(stackFolder(state)).length > 0) return 'process';
  for (const name of folderNames(state)) if (await hasContainers(`${labels.folder}=${name}`)) return 'compose';
  return null;
}

/** What the files that were rendered last are for; after `destroy`, what its cached vectors are in. */
async function likelyRuntime(system: Pick<System, 'cwd'>): Promise<RuntimeName> {
  const state = stateFolderOf(system);
  if (!existsSync(state)) return 'process';
  if (existsSync(join(state, composeFile))) return 'compose';
  for (const name of folderNames(state)) if (await hasVolumes(`${labels.folder}=${name}`)) return 'compose';
  return 'process';
}
