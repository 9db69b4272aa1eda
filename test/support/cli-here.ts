import {rmdirSync} from 'node:fs';
import {join} from 'node:path';
import {run, settings} from '@oclif/core';
import {captured} from './captured.js';

/** What a command left behind. */
export interface CliRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

interface Where {
  cwd?: string;
  env?: Record<string, string>;
  /** Removes the folder once the command is in it. */
  gone?: boolean;
}

const root = join(import.meta.dirname, '../..');
// As bin/run.js: what was built is what runs, whatever NODE_ENV says.
settings.enableAutoTranspile = false;

/**
 * Runs the compiled command line inside this process, with these variables and no others: the same parser, errors and exit
 * codes, without the half second that a process takes to start. What a process alone shows (standard input, signals, how
 * it exits) needs one. One at a time.
 */
export async function sutraHere(
  args: readonly string[],
  {cwd = root, env = {}, gone = false}: Where = {},
): Promise<CliRun> {
  const leave = enter(cwd, {...kept(), NO_COLOR: '1', PWD: cwd, ...env});
  using stdout = captured(process.stdout);
  using stderr = captured(process.stderr);
  try {
    if (gone) rmdirSync(cwd);
    await run([...args], {root});
    return {exitCode: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text()};
  } finally {
    leave();
  }
}

function kept(): Record<string, string> {
  const {PATH = '', HOME = ''} = process.env;
  return {PATH, HOME};
}

/** Makes folder, variables and exit code those of a new process; what it returns brings back those of this one. */
function enter(cwd: string, env: Record<string, string>): () => void {
  const before = {cwd: process.cwd(), env: {...process.env}, exitCode: process.exitCode};
  const signals = (['SIGINT', 'SIGTERM'] as const).map((name) => ({name, known: process.listeners(name)}));
  process.chdir(cwd);
  replaceEnvironment(env);
  process.exitCode = undefined;
  return () => {
    process.chdir(before.cwd);
    replaceEnvironment(before.env);
    process.exitCode = before.exitCode;
    for (const {name, known} of signals) {
      for (const listener of process.listeners(name)) if (!known.includes(listener)) process.off(name, listener);
    }
  };
}

function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
