import {readdirSync, rmdirSync} from 'node:fs';
import {join} from 'node:path';
import {SutraError} from '../errors.js';
import {fileFailure} from '../system/files/file-failure.js';
import {acquireLock, type LockAttempt} from '../system/files/lock-file.js';
import {sweepDrafts} from '../system/files/sweep-drafts.js';
import {claimFolders, type StackFolder} from './stack-folder.js';

/**
 * One command at a time changes a stack. Throws BUSY, naming the one at work. A command that has the lock may take it
 * again; the outermost gives it back.
 */
export function lockStack(folder: StackFolder, purpose: string): Disposable {
  const attempt = attemptLock(folder, purpose);
  if (attempt.held) {
    sweepAll(folder);
    return {[Symbol.dispose]: () => giveBack(folder, attempt.release)};
  }
  const {holder} = attempt;
  const since = new Date(holder.sinceMs).toTimeString().slice(0, 8);
  throw new SutraError(
    'BUSY',
    `\`sutra ${holder.purpose}\` (pid ${holder.pid}) has been working on this stack since ${since}`,
    {
      cure: ['wait until it ends', `or end it: kill ${holder.pid}`],
      details: {pid: holder.pid, purpose: holder.purpose, sinceMs: holder.sinceMs},
    },
  );
}

/** The same for a command that ends the stack: a full disk must not keep it alive, so there the lock is done without. */
export function lockToEnd(folder: StackFolder, purpose: string): Disposable {
  try {
    return lockStack(folder, purpose);
  } catch (error) {
    if (error instanceof SutraError && error.code === 'NO_SPACE') return {[Symbol.dispose]: () => undefined};
    throw error;
  }
}

/** What an earlier command, or a supervisor, was writing when it was killed. */
function sweepAll(folder: StackFolder): void {
  sweepDrafts(folder.path);
  for (const entry of readdirSync(folder.path, {withFileTypes: true})) {
    if (entry.isDirectory()) sweepDrafts(join(folder.path, entry.name));
  }
}

function attemptLock(folder: StackFolder, purpose: string): LockAttempt {
  for (let triesLeft = 3; ; triesLeft -= 1) {
    try {
      claimFolders(folder);
      return acquireLock(folder.commandLock, purpose);
    } catch (error) {
      // Another command may have taken the empty folder away between the two.
      const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!gone || triesLeft === 0) throw fileFailure(error, folder.run);
    }
  }
}

function giveBack(folder: StackFolder, release: () => void): void {
  release();
  try {
    rmdirSync(folder.run);
  } catch {
    // Not empty: there is a stack.
    return;
  }
}
