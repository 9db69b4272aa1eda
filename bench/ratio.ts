const resamples = 2000;

/** Median of the ratios of the rounds, ours over theirs, with its 95 % bootstrap interval. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]) {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  const medians = Array.from({length: resamples}, () =>
    median(ratios.map(() => ratios[Math.floor(Math.random() * ratios.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b);
  const at = (share: number) => medians[Math.floor(share * (resamples - 1))] ?? Number.NaN;
  return {ratio: median(ratios), low: at(0.025), high: at(0.975)};
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
