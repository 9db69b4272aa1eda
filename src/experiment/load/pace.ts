/** What to do until the next request is due. */
export type Pace =
  | {kind: 'send'}
  /** Node's timers: whole milliseconds, up to one late; so they end early and the rest is waited for precisely. */
  | {kind: 'timer'; waitMs: number}
  /** By the metronome thread, which is precise to some ten microseconds and costs a core nothing while it waits. */
  | {kind: 'precise'; waitMs: number}
  | {kind: 'over'};

const timerErrorMs = 1.2;
/** A message between threads takes about this; less would be a busy loop. */
const shortestWaitMs = 0.02;
/** Woken at least this often, to see that the run was stopped. */
const longestWaitMs = 1_000;

/** When the next request is due at `dueMs` and it is now `elapsedMs`, both from the start of the run. */
export function pace(dueMs: number, elapsedMs: number): Pace {
  if (dueMs === Number.POSITIVE_INFINITY) return {kind: 'over'};
  const waitMs = dueMs - elapsedMs;
  if (waitMs <= 0) return {kind: 'send'};
  if (waitMs > 1 + timerErrorMs)
    return {kind: 'timer', waitMs: Math.min(longestWaitMs, Math.floor(waitMs - timerErrorMs))};
  return {kind: 'precise', waitMs: Math.max(shortestWaitMs, waitMs)};
}
