/** The q-quantile (0 to 1) of a sample by linear interpolation between order statistics (Hyndman and Fan, type 7). */
export function quantile(sample: readonly number[], q: number): number {
  return quantileOfSorted(
    sample.toSorted((a, b) => a - b),
    q,
  );
}

/** The same of values in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}
