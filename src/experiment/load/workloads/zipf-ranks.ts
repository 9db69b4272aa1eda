/**
 * Ranks 1 to `count` in proportion to 1 / rank^s, without a table. Source: W. Hörmann and G. Derflinger,
 * "Rejection-inversion to generate variates from monotone discrete distributions", ACM TOMACS 6 (1996).
 */
export function zipfRanks(s: number, count: number, random: () => number): () => number {
  const height = (x: number) => Math.exp(-s * Math.log(x));
  const area = (x: number) => expm1Over((1 - s) * Math.log(x)) * Math.log(x);
  const inverse = (y: number) => Math.exp(log1pOver(Math.max(-1, y * (1 - s))) * y);
  const first = area(1.5) - 1;
  const last = area(count + 0.5);
  const sure = 2 - inverse(area(2.5) - height(2));
  return () => {
    for (;;) {
      const u = last + random() * (first - last);
      const x = inverse(u);
      const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (rank - x <= sure || u >= area(rank + 0.5) - height(rank)) return rank;
    }
  };
}

/** log(1 + x) / x and (e^x - 1) / x, by their series where the quotient would lose its digits. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (1 / 2 - x * (1 / 3 - x / 4));
}

function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + (x / 2) * (1 + (x / 3) * (1 + x / 4));
}
