import {SutraError} from '../../errors.js';
import {runProgram} from '../../system/run-program.js';
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
