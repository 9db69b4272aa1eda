import {join} from 'node:path';
import type {Artifact} from '../render/artifact.js';
import {processFiles, socketFolder} from '../runtime/process/process-files.js';
import {writeArtifacts} from '../runtime/process/process-runtime.js';
import {readTextIfThere} from '../system/files.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {stateFolderOf} from './deployed-plan.js';
import {likelyHost} from './open-runtime.js';

/** The files a deployment would write below `.sutra/`. */
export async function generatedFiles(system: System, plan: Plan): Promise<Artifact[]> {
  const state = stateFolderOf(system);
  const host = await likelyHost(system, plan);
  return processFiles(plan, host, {state, sockets: socketFolder(state, system.env), secretsDigest: ''}).artifacts;
}

/** Paths of those that are missing or other on disk. */
export async function differingFiles(system: System, artifacts: Artifact[]): Promise<string[]> {
  const differing: string[] = [];
  for (const {path, text} of artifacts) {
    const target = join(stateFolderOf(system), path);
    if ((await readTextIfThere(target)) !== text) differing.push(target);
  }
  return differing;
}

/** Writes them; returns their paths. */
export async function writeGenerated(system: System, artifacts: Artifact[]): Promise<string[]> {
  const folder = stateFolderOf(system);
  await writeArtifacts(folder, artifacts);
  return artifacts.map(({path}) => join(folder, path));
}
