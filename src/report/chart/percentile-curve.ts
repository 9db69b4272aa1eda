export interface Percentile {
  /** 0 to 100. */
  percentile: number;
  latencyMs: number;
}

/** How rare a percentile is: 90 is one in ten, so 1; 99 is 2; 99.9 is 3. The axis on which a tail can be seen. */
export function ninesOf(percentile: number): number {
  return -Math.log10(1 - percentile / 100);
}

/** Latency at a place on that axis, between the points of a distribution; null beyond its ends. */
export function latencyAt(distribution: readonly Percentile[], nines: number): number | null {
  const wanted = 100 * (1 - 10 ** -nines);
  const after = distribution.findIndex(({percentile}) => percentile >= wanted - 1e-9);
  const high = distribution[after];
  const low = distribution[after - 1] ?? high;
  if (high === undefined || low === undefined) return null;
  if (high.percentile === low.percentile) return high.latencyMs;
  const share = (wanted - low.percentile) / (high.percentile - low.percentile);
  return low.latencyMs + (high.latencyMs - low.latencyMs) * Math.max(0, share);
}

/** The rarest percentile that so many requests can show: beyond it there is one request or none. */
export function deepestNines(requests: number): number {
  return Math.max(1, Math.log10(Math.max(1, requests)));
}
