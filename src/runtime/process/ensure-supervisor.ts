import {type ChildProcess, type StdioOptions, spawn} from 'node:child_process';
import {closeSync, statfsSync} from 'node:fs';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {SutraError} from '../../errors.js';
import {livingHolder} from '../../system/files/lock-file.js';
import {openToAppend} from '../../system/files/open-to-append.js';
import {pollUntil} from '../../system/poll.js';
import {compiledCodeFolder} from '../../system/process/compiled-code.js';
import {type ProcessIdentity, signalProcess} from '../../system/process/process-identity.js';
import type {System} from '../../system/system.js';
import {makeFolders, type StackFolder} from '../stack-folder.js';
import {lastLines} from './logs/log-tail.js';
import {marks} from './marks.js';
import {carriesMark} from './stack-processes.js';
import {inheritedEnvironment} from './supervisor/launch.js';

const startTimeoutMs = 15_000;
const firstPauseMs = 25;
const tries = 3;
/** Its lock, its state and a draft of that, its first lines. */
const leastBytes = 64 * 1024;

// From src/ as from dist/: the supervisor is a program and needs the compiled file.
const program = fileURLToPath(new URL('../../../dist/runtime/process/supervisor/supervisor.js', import.meta.url));

export function livingSupervisor(folder: StackFolder): ProcessIdentity | null {
  const holder = livingHolder(folder.supervisorLock);
  return holder !== null && carriesMark(folder, holder) ? holder : null;
}

/** Starts the stack's supervisor unless one lives. Throws START_FAILED when it does not come up. */
export async function ensureSupervisor(system: System, folder: StackFolder, signal: AbortSignal): Promise<void> {
  for (let triesLeft = tries; livingSupervisor(folder) === null; triesLeft -= 1) {
    if (triesLeft === 0) throw notUp(folder, 'did not start');
    const child = startSupervisor(folder);
    // One that has ended left because another was quicker, or it failed; then it is tried again.
    const look = () => (livingSupervisor(folder) !== null || hasEnded(child) ? true : null);
    const wait = {clock: system.clock, signal, withinMs: startTimeoutMs, firstPauseMs};
    if ((await pollUntil(look, wait)) === null) throw notUp(folder, 'did not start');
  }
}

function startSupervisor(folder: StackFolder): ChildProcess {
  makeFolders(folder);
  const log = openToAppend(folder.supervisorLog);
  try {
    const compiled = {NODE_COMPILE_CACHE: compiledCodeFolder() ?? undefined};
    const env = {...inheritedEnvironment(), ...compiled, [marks.stack]: folder.path};
    const stdio: StdioOptions = ['ignore', log, log];
    // The folder it was started in is part of its mark, as of every process of the stack.
    const cwd = dirname(folder.path);
    const child = spawn(process.execPath, [program, folder.path], {cwd, detached: true, env, stdio});
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Ends a supervisor that lives but does nothing. The services stay and the next one takes them on. */
export function dropSupervisor(folder: StackFolder): void {
  const supervisor = livingSupervisor(folder);
  if (supervisor !== null) signalProcess(supervisor, 'SIGKILL');
}

/** START_FAILED with the end of its log; NO_SPACE where it had none to write its state, nor this log. */
export function notUp(folder: StackFolder, what: string): SutraError {
  const {bavail, bsize} = statfsSync(folder.path);
  if (bavail * bsize < leastBytes) {
    return new SutraError('NO_SPACE', `the supervisor ${what}: no space left to write ${folder.path}`, {
      cure: [`free space: df -h ${dirname(folder.path)}`, 'then run the same command again'],
    });
  }
  const lines = lastLines(folder.supervisorLog, 15);
  return new SutraError('START_FAILED', [`the supervisor ${what}; its last lines:`, ...lines].join('\n  '), {
    cure: `read ${folder.supervisorLog}`,
    details: {log: folder.supervisorLog, lines},
  });
}
