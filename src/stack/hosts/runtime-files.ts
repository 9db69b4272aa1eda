import {join} from 'node:path';
import type {Artifact} from '../../render/artifact.js';
import {upCommand} from '../../runtime/compose/compose-command.js';
import {composeFiles, writeComposeFiles} from '../../runtime/compose/compose-files.js';
import {processFiles} from '../../runtime/process/process-files.js';
import {writeProcessArtifacts} from '../../runtime/process/process-runtime.js';
import type {ImageIds} from '../../runtime/runtime.js';
import {deployedCacheSecretId} from '../../system/folders/cache-secret.js';
import {claimStateFolder} from '../../system/folders/folder-mark.js';
import {secretsDigest} from '../../system/folders/secrets-folder.js';
import type {System} from '../../system/system.js';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan, RuntimeName} from '../../topology/plan-schema.js';
import {stateFolderOf} from '../plans/deployed-plan.js';
import {composeFacts} from './compose-host.js';
import {processFacts} from './process-host.js';

/** What a runtime would write and run for a plan on this machine. */
export interface RuntimeFiles {
  artifacts: Artifact[];
  commands: {name: string; command: string[]; env: Record<string, string>}[];
  /** What could not be found on this machine, each as a sentence. */
  assumed: string[];
}

const describe: Record<RuntimeName, (system: System, plan: Plan, images: ImageIds) => Promise<RuntimeFiles>> = {
  async process(system, plan) {
    const state = stateFolderOf(system);
    const folders = {state, ...(await secretFacts(state, plan))};
    const {host, assumed} = await processFacts(system, plan, 'assume');
    const {artifacts, specs} = processFiles(plan, host, folders);
    const commands = specs.map(({name, program, args, env}) => ({name, command: [program, ...args], env}));
    return {artifacts, commands, assumed};
  },
  async compose(system, plan, images) {
    const {host, assumed} = await composeFacts(system, plan, {wanted: images, missing: 'assume'});
    const stateFolder = stateFolderOf(system);
    const {artifacts, wanted} = composeFiles(plan, host, {
      stateFolder,
      ...(await secretFacts(stateFolder, plan)),
    });
    const [program, args] = upCommand(
      {project: plan.project, stateFolder},
      wanted.map(({name}) => name),
    );
    return {artifacts, commands: [{name: 'containers', command: [program, ...args], env: {}}], assumed};
  },
};

async function secretFacts(stateFolder: string, plan: Plan) {
  const cacheSecretId = await deployedCacheSecretId(stateFolder, hasOwnShard(plan));
  return {secretsDigest: await secretsDigest(stateFolder), cacheSecretId};
}

/** Nothing is started and nothing written. `images` are those to run even where their names stand for others now. */
export function describeFiles(system: System, plan: Plan, images: ImageIds = {}): Promise<RuntimeFiles> {
  return describe[plan.runtime](system, plan, images);
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
