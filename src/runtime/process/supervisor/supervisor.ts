import {linkSync, renameSync, rmSync} from 'node:fs';
import {openJournal} from '../../../journal/journal.js';
import {acquireLock, readLock} from '../../../system/files/lock-file.js';
import {identify, type ProcessIdentity, signalProcess} from '../../../system/process/process-identity.js';
import {emptyRunFolder, makeFolders, type StackFolder, stackFolder} from '../../stack-folder.js';
import {readDesiredOrNull} from '../desired-file.js';
import {carriesMark, processesOf} from '../stack-processes.js';
import {rotateLogs} from './log-rotation.js';
import {startSupervision} from './supervision.js';

const stepEveryMs = 100;
const rotateEveryMs = 5_000;
/** After its start; a command writes what it wants before it asks for a supervisor. */
const idleMs = 30_000;
const logMaxBytes = 10 * 1024 * 1024;

/**
 * `node supervisor.js <state folder>`: watches over one stack until it is ended. A second one for the same folder
 * leaves at once. When it is told to go (SIGTERM), or killed, the services stay and the next supervisor takes them on.
 */
function main(stateFolder: string): void {
  const folder = stackFolder(stateFolder);
  makeFolders(folder);
  const self = identify(process.pid);
  const lock = acquireLock(folder.supervisorLock, 'supervisor', (holder) => carriesMark(folder, holder));
  if (!lock.held || self === null) return;
  const journal = openJournal(folder.journal);
  const note = (kind: 'supervisor-start' | 'supervisor-end', cause: string): void => {
    try {
      journal.append({kind, entity: 'supervisor', cause, data: {pid: process.pid}});
    } catch (error) {
      complain(String(error));
    }
  };
  note('supervisor-start', 'a command asked for it');
  const leave = (cause: string): void => {
    note('supervisor-end', cause);
    lock.release();
    process.exit(0);
  };

  let stepIsDue = false;
  const wake = (): void => {
    if (!stepIsDue) setImmediate(step);
    stepIsDue = true;
  };
  const supervision = startSupervision({folder, journal, self, wake, complain});
  function step(): void {
    stepIsDue = false;
    // Without the lock another supervisor is at work, or the folder is gone: two must never steer one stack.
    if (!holdsLock(folder, self)) process.exit(0);
    const progress = supervision.step();
    if (progress === 'done' && clearAway(folder)) leave('every service has ended');
    if (progress === 'nothing wanted' && performance.now() > idleMs) leave('nothing was wanted');
  }
  setInterval(step, stepEveryMs);
  setInterval(() => tidyLogs(folder), rotateEveryMs);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => leave(`received ${signal}`));
  process.on('SIGHUP', wake);
}

function holdsLock(folder: StackFolder, self: ProcessIdentity | null): boolean {
  const holder = readLock(folder.supervisorLock);
  return holder !== null && holder.pid === self?.pid && holder.startKey === self.startKey;
}

/**
 * After the last service: takes the wish away, unless a newer one has come meanwhile (then false), ends whatever of the
 * stack is left, and empties the run folder but for the lock of the command at work.
 */
function clearAway(folder: StackFolder): boolean {
  const aside = `${folder.desired}.done`;
  renameSync(folder.desired, aside);
  if (readDesiredOrNull({...folder, desired: aside})?.action !== 'down') {
    restore(aside, folder.desired);
    return false;
  }
  for (const {identity} of processesOf(folder)) signalProcess(identity, 'SIGKILL');
  emptyRunFolder(folder);
  return true;
}

/** Puts a wish back, unless a still newer one lies there already. */
function restore(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  rmSync(aside, {force: true});
}

function tidyLogs(folder: StackFolder): void {
  try {
    rotateLogs(folder.logs, logMaxBytes);
  } catch (error) {
    complain(String(error));
  }
}

function complain(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

const [, , stateFolder] = process.argv;
if (stateFolder === undefined) {
  process.stderr.write('usage: supervisor.js <state folder>\n');
  process.exitCode = 2;
} else {
  main(stateFolder);
}
