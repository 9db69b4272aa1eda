const firstMs = 250;
const longestMs = 30_000;

/** This long healthy, and past failures no longer count. */
export const forgivenAfterMs = 60_000;

/** Wait before the next start after `failures` ends in a row: 250 ms, doubling, at most 30 s. */
export function backOffMs(failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
}
