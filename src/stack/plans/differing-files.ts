import {join} from 'node:path';
import type {Artifact} from '../../render/artifact.js';
import {readTextIfThere} from '../../system/files/files.js';
import type {System} from '../../system/system.js';
import {stateFolderOf} from './deployed-plan.js';

/** Paths of those that are missing or other on disk. */
export async function differingFiles(system: System, artifacts: Artifact[]): Promise<string[]> {
  const differing: string[] = [];
  for (const {path, text} of artifacts) {
    const target = join(stateFolderOf(system), path);
    if ((await readTextIfThere(target)) !== text) differing.push(target);
  }
  return differing;
}
