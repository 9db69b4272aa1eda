import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {SutraError} from '../../errors.js';
import {livingHolder} from '../../system/lock-file.js';
import {type ProcessIdentity, signalProcess} from '../../system/process-identity.js';
import type {System} from '../../system/system.js';
import {inheritedEnvironment} from './launch.js';
import {lastLines} from './log-tail.js';
import {marks} from './marks.js';
import {makeFolders, type StackFolder} from './stack-folder.js';

const startTimeoutMs = 15_000;
const pollMs = 25;

// From src/ as from dist/: the supervisor is a program and needs the compiled file.
const program = fileURLToPath(new URL('../../../dist/runtime/process/supervisor.js', import.meta.url));

export function livingSupervisor(folder: StackFolder): ProcessIdentity | null {
  return livingHolder(folder.supervisorLock);
}

/** Starts the stack's supervisor unless one lives. Throws START_FAILED when it does not come up. */
export async function ensureSupervisor(system: System, folder: StackFolder, signal: AbortSignal): Promise<void> {
  if (livingSupervisor(folder) !== null) return;
  makeFolders(folder);
  const log = openSync(folder.supervisorLog, 'a', 0o600);
  try {
    const env = {...inheritedEnvironment(), [marks.stack]: folder.path};
    const stdio = ['ignore', log, log] as const;
    const child = spawn(process.execPath, [program, folder.path], {
      cwd: folder.path,
      detached: true,
      env,
      stdio: [...stdio],
    });
    child.on('error', () => undefined);
    child.unref();
  } finally {
    closeSync(log);
  }
  const untilMs = system.clock.nowMs() + startTimeoutMs;
  while (livingSupervisor(folder) === null) {
    if (system.clock.nowMs() > untilMs) throw notUp(folder, 'did not start');
    await system.clock.sleep(pollMs, signal);
  }
}

/** Ends a supervisor that lives but does nothing. The services stay and the next one takes them on. */
export function dropSupervisor(folder: StackFolder): void {
  const supervisor = livingSupervisor(folder);
  if (supervisor !== null) signalProcess(supervisor, 'SIGKILL');
}

export function notUp(folder: StackFolder, what: string): SutraError {
  const lines = lastLines(folder.supervisorLog, 15);
  return new SutraError('START_FAILED', [`the supervisor ${what}; its last lines:`, ...lines].join('\n  '), {
    cure: `read ${folder.supervisorLog}`,
    details: {log: folder.supervisorLog, lines},
  });
}
