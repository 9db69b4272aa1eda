import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {SutraError} from '../errors.js';
import {useStackCredentials} from '../stack/secrets/use-stack-credentials.js';
import {writeWhole} from '../system/files/whole-file.js';
import {runProgram} from '../system/process/run-program.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';
import {variableNames} from '../topology/settings/environment.js';
import {settingsFile} from '../topology/settings/parse-settings.js';
import type {Settings} from '../topology/settings/settings.js';
import type {RebuiltVersion} from './rebuild.js';

/** A stack that another version of the product runs. */
export interface OtherStack {
  bring(): Promise<void>;
  end(): Promise<void>;
}

const deployTimeoutMs = 10 * 60_000;
const endTimeoutMs = 120_000;

/**
 * The stack of these settings as another version deploys it, by that version's own command line, in a folder of its own.
 * `plan` is what this version makes of the settings: the addresses are the same.
 */
export function otherStack(
  system: System,
  {folder: checkout}: RebuiltVersion,
  {folder, settings, plan}: {folder: string; settings: Settings; plan: Plan},
): OtherStack {
  const entryPoint = join(checkout, 'bin/run.js');
  // All is in the file: what the variables say now is in it already.
  const env = {...Object.fromEntries(variableNames.map((name) => [name, ''])), ...withoutNodeProxy(system.env)};
  const run = (args: string[], timeoutMs: number, signal: AbortSignal) =>
    runProgram([process.execPath, [entryPoint, ...args, '--folder', folder]], {timeoutMs, signal, env});
  return {
    async bring() {
      await mkdir(folder, {recursive: true});
      const {stringify} = await import('yaml');
      writeWhole(join(folder, settingsFile), stringify(settings));
      const deployed = await run(['deploy', '--json'], deployTimeoutMs, system.signal);
      if (deployed?.exitCode !== 0) throw notDeployed(deployed);
      await useStackCredentials({cwd: folder, env: system.env}, plan);
    },
    async end() {
      await run(['stop', '--json'], endTimeoutMs, AbortSignal.timeout(endTimeoutMs));
      await rm(folder, {recursive: true, force: true});
    },
  };
}

/** A version from before the stack had connections of its own would send its API key to the proxy. */
function withoutNodeProxy({NODE_OPTIONS = ''}: System['env']): Record<string, string> {
  return {NODE_USE_ENV_PROXY: '', NODE_OPTIONS: NODE_OPTIONS.replace(/(?<!\S)--use-env-proxy(?!\S)/g, '').trim()};
}

/** What any version prints under --json when it fails. */
const failureSchema = z.object({error: z.object({message: z.string(), cures: z.array(z.string()).default([])})});

function notDeployed(deployed: {stdout: string; stderr: string} | null): SutraError {
  const failure = failureSchema.safeParse(parsedJson(deployed?.stdout ?? ''));
  const raw = (deployed?.stdout || deployed?.stderr || 'nothing').trim().slice(-600);
  const {message: said, cures} = failure.data?.error ?? {message: raw, cures: []};
  return new SutraError('START_FAILED', `the other version did not deploy: ${said}`, {cure: cures});
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
