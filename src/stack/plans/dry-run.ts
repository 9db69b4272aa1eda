import {join} from 'node:path';
import type {Artifact} from '../../render/artifact.js';
import type {System} from '../../system/system.js';
import {describeFiles, type RuntimeFiles} from '../hosts/runtime-files.js';
import {stateFolderOf} from './deployed-plan.js';
import type {ResolvedStack} from './resolve-stack.js';

/** What a deployment would do. */
export interface DryRun {
  schemaVersion: 1;
  files: Artifact[];
  commands: RuntimeFiles['commands'];
  /** What could not be found on this machine and may come out otherwise. */
  assumed: string[];
}

export async function dryRun(system: System, {plan, images}: ResolvedStack): Promise<DryRun> {
  const state = stateFolderOf(system);
  const {artifacts, commands, assumed} = await describeFiles(system, plan, images);
  return {
    schemaVersion: 1,
    files: artifacts.map(({path, text}) => ({path: join(state, path), text})),
    commands,
    assumed,
  };
}
