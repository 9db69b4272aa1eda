import {cosine, norm} from './vectors.js';

type Rows = readonly (readonly number[])[];

/**
 * Mean share, 0 to 1, of each row's `k` nearest other rows by cosine in `before` that are among its `k` nearest in `after`:
 * row i of both is the same thing. Of rows equally near the earlier counts as nearer. NaN where there are not `k` others
 * or a row has no direction.
 */
export function neighbourOverlap(before: Rows, after: Rows, k: number): number {
  if (before.length !== after.length || k < 1 || before.length <= k) return Number.NaN;
  if (![...before, ...after].every((row) => norm(row) > 0)) return Number.NaN;
  const [were, are] = [nearest(before, k), nearest(after, k)];
  const kept = were.reduce((sum, own, row) => sum + own.filter((other) => are[row]?.includes(other)).length, 0);
  return kept / (k * before.length);
}

/** Of each row the places of its `k` nearest others. */
function nearest(rows: Rows, k: number): number[][] {
  return rows.map((row, place) =>
    rows
      .map((other, at) => ({at, likeness: cosine(row, other)}))
      .filter(({at}) => at !== place)
      .toSorted((a, b) => b.likeness - a.likeness)
      .slice(0, k)
      .map(({at}) => at),
  );
}
