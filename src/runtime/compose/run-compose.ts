import {type FailureCode, SutraError} from '../../errors.js';
import {pollUntil} from '../../system/poll.js';
import {runProgram} from '../../system/process/run-program.js';
import type {System} from '../../system/system.js';
import type {Command} from './compose-command.js';
import {composeFailure} from './compose-failure.js';

/** The engine waits a container's whole grace period, which is that of the longest answer. */
const timeoutMs = 20 * 60_000;

/** Runs `docker compose` to its end; what it says when it fails becomes an error of ours. */
export async function runCompose(command: Command, signal: AbortSignal): Promise<void> {
  const run = await runProgram(command, {timeoutMs, signal});
  if (run === null) throw new SutraError('TOOL_MISSING', 'the program docker is not on the PATH', {cure: 'install it'});
  if (run.exitCode !== 0) throw composeFailure(`${run.stdout}\n${run.stderr}`);
}

/** A command that was killed may have left the engine in the middle of ending a container, which has its name and ports. */
const settlesWithinMs = 20_000;
const passing: readonly string[] = ['PORT_TAKEN', 'BUSY'] satisfies FailureCode[];

/** The same, and again for a while where a name or a port is not free yet. */
export async function runComposeUp(command: Command, {clock, signal}: Pick<System, 'clock' | 'signal'>): Promise<void> {
  let refusal: unknown = null;
  const attempt = async () => {
    try {
      await runCompose(command, signal);
      return true;
    } catch (error) {
      if (!(error instanceof SutraError && passing.includes(error.code))) throw error;
      refusal = error;
      return null;
    }
  };
  const wait = {clock, signal, withinMs: settlesWithinMs, firstPauseMs: 500, longestPauseMs: 4_000};
  if (!(await pollUntil(attempt, wait))) throw refusal;
}
