import {join} from 'node:path';
import type {Artifact} from '../render/artifact.js';
import {processFiles, socketFolder} from '../runtime/process/process-files.js';
import type {System} from '../system/system.js';
import {stateFolderOf} from './deployed-plan.js';
import {likelyHost} from './open-runtime.js';
import type {ResolvedStack} from './resolve-stack.js';

/** What a deployment would do. */
export interface DryRun {
  schemaVersion: 1;
  files: Artifact[];
  commands: {name: string; command: string[]; env: Record<string, string>}[];
}

export async function dryRun(system: System, {plan}: ResolvedStack): Promise<DryRun> {
  const state = stateFolderOf(system);
  const host = await likelyHost(system, plan);
  const {artifacts, specs} = processFiles(plan, host, {
    state,
    sockets: socketFolder(state, system.env),
    secretsDigest: '',
  });
  return {
    schemaVersion: 1,
    files: artifacts.map(({path, text}) => ({path: join(state, path), text})),
    commands: specs.map(({name, program, args, env}) => ({name, command: [program, ...args], env})),
  };
}
