import type {Clock} from './system.js';

export interface Wait {
  clock: Clock;
  signal: AbortSignal;
  /** From the first look to the last, in milliseconds. What a look itself takes is its own affair: give it a deadline. */
  withinMs: number;
  /** Pauses grow by half, from the first to the longest; in milliseconds. */
  firstPauseMs?: number;
  longestPauseMs?: number;
}

const growth = 1.5;

/**
 * Looks again and again until there is something to return; null when the time is over, so that the caller can say what
 * there was instead. What a look throws ends the wait. Rejects with the signal's reason when it aborts.
 */
export async function pollUntil<T>(look: () => T | null | Promise<T | null>, wait: Wait): Promise<T | null> {
  const {clock, signal, withinMs, firstPauseMs = 50, longestPauseMs = 500} = wait;
  const untilMs = clock.nowMs() + withinMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * growth)) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== null) return found;
    const leftMs = untilMs - clock.nowMs();
    if (leftMs <= 0) return null;
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
  }
}
