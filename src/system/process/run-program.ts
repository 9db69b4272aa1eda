import {SutraError} from '../../errors.js';
import {programEnvironment} from './program-environment.js';

export interface ProgramRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  timeoutMs: number;
  signal: AbortSignal;
  /** Over the caller's environment, from which what would steer the program elsewhere is left out. */
  env?: Record<string, string>;
}

/**
 * Runs a program to its end. An exit code is a result; a program that is not there is null, one that takes longer than
 * its time is a DEADLINE error.
 */
export async function runProgram([program, args]: [string, string[]], options: RunOptions): Promise<ProgramRun | null> {
  const {execa} = await import('execa');
  const result = await execa(program, args, {
    reject: false,
    timeout: options.timeoutMs,
    cancelSignal: options.signal,
    stdin: 'ignore',
    env: {...programEnvironment(program), ...options.env},
    extendEnv: false,
  });
  options.signal.throwIfAborted();
  if (result.timedOut) {
    throw new SutraError('DEADLINE', `${program} ${args.join(' ')}: not done after ${options.timeoutMs / 1_000} s`);
  }
  if (result.exitCode === undefined) return null;
  return {exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr};
}
