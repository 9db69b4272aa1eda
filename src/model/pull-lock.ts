import {SutraError} from '../errors.js';
import {acquireLock} from '../system/files/lock-file.js';
import {pollUntil} from '../system/poll.js';
import type {Clock} from '../system/system.js';

/** Longer than any model we know takes over a line one would pull it on: whoever holds the lock by then hangs. */
const longestPullMs = 2 * 60 * 60_000;
const firstPauseMs = 250;
const longestPauseMs = 2_000;

/** Locks of this very process: the lock file lets a process have its own lock twice. */
const ours = new Set<string>();

export interface PullLockOptions {
  purpose: string;
  clock: Clock;
  signal: AbortSignal;
  /** Called once if another has the lock and the wait begins. */
  onWait: (pid: number) => void;
}

/**
 * Waits until nobody else pulls into the folder of this lock file, and keeps others waiting until disposed. A lock
 * whose process has died is taken over. Throws INTERRUPTED, and BUSY for one that is held for hours.
 */
export async function lockPull(path: string, options: PullLockOptions): Promise<Disposable> {
  const {clock, signal} = options;
  let holder: number | null = null;
  const look = (): Disposable | null => {
    const attempt = ours.has(path) ? null : acquireLock(path, options.purpose);
    if (attempt?.held) {
      ours.add(path);
      return {
        [Symbol.dispose]: () => {
          ours.delete(path);
          attempt.release();
        },
      };
    }
    if (holder === null) options.onWait(attempt?.holder.pid ?? process.pid);
    holder = attempt?.holder.pid ?? process.pid;
    return null;
  };
  const wait = {clock, signal, withinMs: longestPullMs, firstPauseMs, longestPauseMs};
  const lock = await pollUntil(look, wait).catch((cause: unknown) => {
    if (!signal.aborted) throw cause;
    throw new SutraError('INTERRUPTED', 'interrupted while waiting for another pull', {cause});
  });
  if (lock !== null) return lock;
  throw new SutraError('BUSY', `process ${holder} has held the lock ${path} for two hours`, {
    cure: [`see what it is doing: ps -o pid,stat,etime,cmd -p ${holder}`, 'stop it, then run the same command again'],
  });
}
