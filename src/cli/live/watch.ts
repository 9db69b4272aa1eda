import type {System} from '../../system/system.js';

export interface Watched<T> {
  look: () => Promise<T>;
  show: (seen: T) => void;
  everyMs: number;
}

/**
 * Looks again and again until the signal aborts, which is how a watch ends and no error. Returns what was seen last; an
 * interrupt before the first look ended is thrown.
 */
export async function watch<T>(
  {look, show, everyMs}: Watched<T>,
  {clock, signal}: Pick<System, 'clock' | 'signal'>,
): Promise<T> {
  let last: {seen: T} | null = null;
  try {
    for (;;) {
      last = {seen: await look()};
      show(last.seen);
      await clock.sleep(everyMs, signal);
    }
  } catch (error) {
    if (last === null || !signal.aborted) throw error;
    return last.seen;
  }
}
