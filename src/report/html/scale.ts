/** Where a value lies on the page. */
export type Scale = (value: number) => number;

export function linearScale(from: readonly [number, number], to: readonly [number, number]): Scale {
  const [low, high] = from;
  const [start, end] = to;
  const span = high - low || 1;
  return (value) => start + ((value - low) / span) * (end - start);
}

/** Round numbers from zero to the first that holds the largest value: about `count` of them. */
export function ticksFromZero(largest: number, count: number): number[] {
  const rough = (largest > 0 ? largest : 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999_999) ?? 10) * power;
  const steps = Math.ceil((largest > 0 ? largest : 1) / step - 1e-9);
  return Array.from({length: steps + 1}, (_, index) => Number((index * step).toPrecision(12)));
}
