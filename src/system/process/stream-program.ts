import {SutraError} from '../../errors.js';
import {programEnvironment} from './program-environment.js';

export interface StreamOptions {
  /** Told every line of either output as it comes. */
  onLine: (line: string) => void;
  timeoutMs: number;
  signal: AbortSignal;
  env?: Record<string, string>;
}

export interface StreamedRun {
  exitCode: number;
  /** The last lines, oldest first. */
  lines: string[];
}

const keptLines = 200;

/**
 * Runs a long program to its end and passes on what it says. An exit code is a result; a program that is not there is
 * null, one that takes longer than its time is a DEADLINE error.
 */
export async function streamProgram(
  [program, args]: [string, string[]],
  {onLine, timeoutMs, signal, env}: StreamOptions,
): Promise<StreamedRun | null> {
  const {execa} = await import('execa');
  const running = execa(program, args, {
    reject: false,
    all: true,
    buffer: false,
    timeout: timeoutMs,
    cancelSignal: signal,
    stdin: 'ignore',
    env: {...programEnvironment(program), ...env},
    extendEnv: false,
  });
  const lines: string[] = [];
  for await (const line of running.iterable({from: 'all'})) {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    onLine(line);
  }
  const result = await running;
  signal.throwIfAborted();
  if (result.timedOut) {
    const shown = [program, ...args.slice(0, 2)].join(' ');
    throw new SutraError('DEADLINE', `${shown}: not done after ${timeoutMs / 60_000} min`);
  }
  return result.exitCode === undefined ? null : {exitCode: result.exitCode, lines};
}
