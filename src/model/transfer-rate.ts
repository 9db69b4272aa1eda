/** How many bytes had arrived at a moment. */
export interface TransferSample {
  atMs: number;
  receivedBytes: number;
}

export interface TransferRate {
  bytesPerSecond: number;
  /** Until the end at this rate; null when there is no rate yet or the total is unknown. */
  etaSeconds: number | null;
}

/** The rate is taken over this long, so that it follows the network and does not flicker. */
const windowMs = 5_000;

/** Rate over the samples given, and time left. Bytes before the first sample (of an earlier attempt) do not count as fast. */
export function transferRate(samples: readonly TransferSample[], totalBytes: number | null): TransferRate {
  const last = samples.at(-1);
  const first = samples[0];
  if (last === undefined || first === undefined || last.atMs === first.atMs) {
    return {bytesPerSecond: 0, etaSeconds: null};
  }
  const bytesPerSecond = (Math.max(0, last.receivedBytes - first.receivedBytes) * 1000) / (last.atMs - first.atMs);
  if (totalBytes === null || bytesPerSecond === 0) return {bytesPerSecond, etaSeconds: null};
  return {bytesPerSecond, etaSeconds: Math.max(0, totalBytes - last.receivedBytes) / bytesPerSecond};
}

/** The samples with one more, without those too old to count. */
export function withSample(samples: readonly TransferSample[], sample: TransferSample): TransferSample[] {
  return [...samples.filter(({atMs}) => atMs >= sample.atMs - windowMs), sample];
}
