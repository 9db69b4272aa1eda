/** A server that does nothing for `stallMs` of every `periodMs` and answers at once for the rest. */
export interface StallSchedule {
  periodMs: number;
  stallMs: number;
}

export interface Stall {
  fromMs: number;
  untilMs: number;
}

/**
 * The q-quantile of the latency by arithmetic: a request that comes `t` before the end of a stall waits `t`, so a share
 * of (stall - t) / period of evenly spaced requests waits longer than t.
 */
export function trueQuantile({periodMs, stallMs}: StallSchedule, q: number): number {
  return Math.max(0, stallMs - (1 - q) * periodMs);
}

/** The same from the stalls as they were, over a window of time: the longest wait that a share 1 - q of it exceeds. */
export function recordedQuantile(stalls: readonly Stall[], window: Stall, q: number): number | null {
  const inWindow = stalls.flatMap((stall) => {
    const fromMs = Math.max(stall.fromMs, window.fromMs);
    const cutMs = Math.min(stall.untilMs, window.untilMs);
    // Waits of those who came within it: from longest to shortest.
    return fromMs < cutMs ? [{longestMs: stall.untilMs - fromMs, shortestMs: stall.untilMs - cutMs}] : [];
  });
  if (inWindow.length === 0) return null;
  const share = (1 - q) * (window.untilMs - window.fromMs);
  const waitingLonger = (ms: number) =>
    inWindow.reduce((sum, {longestMs, shortestMs}) => sum + Math.max(0, longestMs - Math.max(ms, shortestMs)), 0);
  let [low, high] = [0, Math.max(...inWindow.map(({longestMs}) => longestMs))];
  if (waitingLonger(0) <= share) return 0;
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (waitingLonger(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}
