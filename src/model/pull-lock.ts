import {SutraError} from '../errors.js';
import {acquireLock} from '../system/lock-file.js';
import type {Clock} from '../system/system.js';

const pollMs = 250;

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
 * whose process has died is taken over. Throws INTERRUPTED.
 */
export async function lockPull(path: string, options: PullLockOptions): Promise<Disposable> {
  for (let waiting = false; ; waiting = true) {
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
    if (!waiting) options.onWait(attempt?.holder.pid ?? process.pid);
    await options.clock.sleep(pollMs, options.signal).catch((cause: unknown) => {
      throw new SutraError('INTERRUPTED', 'interrupted while waiting for another pull', {cause});
    });
  }
}
