/** What to do until the next request is due. */
export type Pace =
  | {kind: 'send'}
  /** Node's timers: whole milliseconds, up to one late; so they end early and the rest is waited for precisely. */
  | {kind: 'timer'; waitMs: number}
  /** By the metronome thread, which is about a tenth of a millisecond late and costs a core nothing while it waits. */
  | {kind: 'precise'; waitMs: number}
  /** In a busy loop, which is not late but takes a core: only for waits shorter than the metronome's error. */
  | {kind: 'spin'}
  | {kind: 'over'};

const timerErrorMs = 1.2;
/** What a message between threads takes. One thread sends 10,000 requests a second before all its waits are shorter. */
const metronomeErrorMs = 0.1;
/** Woken at least this often, to see that the run was stopped. */
const longestWaitMs = 1_000;

/** When the next request is due at `dueMs` and it is now `elapsedMs`, both from the start of the run. */
export function pace(dueMs: number, elapsedMs: number): Pace {
  if (dueMs === Number.POSITIVE_INFINITY) return {kind: 'over'};
  const waitMs = dueMs - elapsedMs;
  if (waitMs <= 0) return {kind: 'send'};
  if (waitMs > 1 + timerErrorMs)
    return {kind: 'timer', waitMs: Math.min(longestWaitMs, Math.floor(waitMs - timerErrorMs))};
  return waitMs > metronomeErrorMs ? {kind: 'precise', waitMs} : {kind: 'spin'};
}
