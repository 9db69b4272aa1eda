import {SutraError} from '../../errors.js';
import {acquireLock} from '../../system/lock-file.js';
import {makeFolders, type StackFolder} from './stack-folder.js';

/**
 * One command at a time changes a stack. Throws BUSY, naming the one at work. A command that has the lock may take it
 * again; the outermost gives it back.
 */
export function lockStack(folder: StackFolder, purpose: string): Disposable {
  makeFolders(folder);
  const attempt = acquireLock(folder.commandLock, purpose);
  if (attempt.held) return {[Symbol.dispose]: attempt.release};
  const {holder} = attempt;
  const since = new Date(holder.sinceMs).toTimeString().slice(0, 8);
  throw new SutraError(
    'BUSY',
    `\`sutra ${holder.purpose}\` (pid ${holder.pid}) is working on this stack since ${since}`,
    {
      cure: ['wait until it has ended', `or end it: kill ${holder.pid}`],
      details: {pid: holder.pid, purpose: holder.purpose, sinceMs: holder.sinceMs},
    },
  );
}
