import {join} from 'node:path';
import type {Artifact} from '../render/artifact.js';
import {upCommand} from '../runtime/compose/compose-command.js';
import {composeFiles, writeComposeFiles} from '../runtime/compose/compose-files.js';
import {processFiles} from '../runtime/process/process-files.js';
import {writeProcessArtifacts} from '../runtime/process/process-runtime.js';
import {deployedCacheSecretId} from '../system/cache-secret.js';
import {claimStateFolder} from '../system/folder-mark.js';
import {secretsDigest} from '../system/secrets-folder.js';
import type {System} from '../system/system.js';
import {hasOwnShard} from '../topology/place.js';
import type {Plan, RuntimeName} from '../topology/plan-schema.js';
import {likelyComposeHost} from './compose-host.js';
import {stateFolderOf} from './deployed-plan.js';
import {likelyProcessHost} from './process-host.js';

/** What a runtime would write and run for a plan on this machine. */
export interface RuntimeFiles {
  artifacts: Artifact[];
  commands: {name: string; command: string[]; env: Record<string, string>}[];
}

const describe: Record<RuntimeName, (system: System, plan: Plan) => Promise<RuntimeFiles>> = {
  async process(system, plan) {
    const state = stateFolderOf(system);
    const folders = {state, ...(await secretFacts(state, plan))};
    const {artifacts, specs} = processFiles(plan, await likelyProcessHost(system, plan), folders);
    const commands = specs.map(({name, program, args, env}) => ({name, command: [program, ...args], env}));
    return {artifacts, commands};
  },
  async compose(system, plan) {
    const stateFolder = stateFolderOf(system);
    const {artifacts, wanted} = composeFiles(plan, await likelyComposeHost(system, plan), {
      stateFolder,
      ...(await secretFacts(stateFolder, plan)),
    });
    const [program, args] = upCommand(
      {project: plan.project, stateFolder},
      wanted.map(({name}) => name),
    );
    return {artifacts, commands: [{name: 'containers', command: [program, ...args], env: {}}]};
  },
};

async function secretFacts(stateFolder: string, plan: Plan) {
  const cacheSecretId = await deployedCacheSecretId(stateFolder, hasOwnShard(plan));
  return {secretsDigest: await secretsDigest(stateFolder), cacheSecretId};
}

/** Nothing is started and nothing written. */
export function describeFiles(system: System, plan: Plan): Promise<RuntimeFiles> {
  return describe[plan.runtime](system, plan);
}

const write: Record<RuntimeName, (stateFolder: string, artifacts: Artifact[]) => void> = {
  process: writeProcessArtifacts,
  compose: writeComposeFiles,
};

/** Writes them below `.sutra/`; returns their paths. */
export function writeRuntimeFiles(system: System, plan: Plan, artifacts: Artifact[]): string[] {
  const folder = stateFolderOf(system);
  claimStateFolder(folder);
  write[plan.runtime](folder, artifacts);
  return artifacts.map(({path}) => join(folder, path));
}
