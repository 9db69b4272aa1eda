/** Euclidean length. */
export function norm(vector: readonly number[]): number {
  return Math.sqrt(dot(vector, vector));
}

/** Cosine similarity of two vectors of one width. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  return dot(a, b) / (norm(a) * norm(b));
}

/** The first `dimension` components, scaled to length 1. */
export function unitPrefix(vector: readonly number[], dimension: number): number[] {
  const prefix = vector.slice(0, dimension);
  const length = norm(prefix);
  return prefix.map((value) => value / length);
}

/** Largest difference of two components in the same place; infinite where the widths differ. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
