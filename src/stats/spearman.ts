/**
 * Spearman's rank correlation of two samples of one length, -1 to 1: Pearson's correlation of the ranks, equal values
 * sharing the mean of theirs. NaN where there are fewer than two values, one side is all equal, or a value is no number.
 */
export function spearman(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || ![...a, ...b].every(Number.isFinite)) return Number.NaN;
  const [x, y] = [centred(ranks(a)), centred(ranks(b))];
  const scale = Math.sqrt(dot(x, x) * dot(y, y));
  return scale === 0 ? Number.NaN : dot(x, y) / scale;
}

/** 1 for the smallest; equal values have the mean of the ranks they take together. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, place) => ({value, place})).toSorted((a, b) => a.value - b.value);
  const result = values.map(() => 0);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && order[end]?.value === order[first]?.value) end += 1;
    for (const {place} of order.slice(first, end)) result[place] = (first + 1 + end) / 2;
    first = end;
  }
  return result;
}

/** The mean of ranks is (n + 1) / 2 whatever is tied. */
function centred(ranked: readonly number[]): number[] {
  return ranked.map((rank) => rank - (ranked.length + 1) / 2);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
