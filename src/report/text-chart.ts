export interface ChartSeries {
  name: string;
  /** One character. */
  mark: string;
  points: {x: number; y: number}[];
}

export interface ChartOptions {
  width: number;
  height: number;
  xLabel: string;
  yLabel: string;
}

/** Points on a grid of characters, y on a log scale, as latencies want it. Empty where there is no point. */
export function textChart(series: readonly ChartSeries[], {width, height, xLabel, yLabel}: ChartOptions): string {
  const points = series.flatMap((one) => one.points).filter(({y}) => y > 0);
  if (points.length === 0) return '';
  const x = scale(
    points.map((point) => point.x),
    width,
  );
  const y = scale(
    points.map((point) => Math.log10(point.y)),
    height,
  );
  const grid = Array.from({length: height}, () => Array.from({length: width}, () => ' '));
  for (const {mark, points: own} of series) {
    for (const point of own) {
      const row = grid[height - 1 - y.place(Math.log10(point.y))];
      if (point.y > 0 && row !== undefined) row[x.place(point.x)] = mark;
    }
  }
  const legend = series.map(({name, mark}) => `${mark} ${name}`).join('  ');
  const lines = grid.map((row, line) => `${axisText(line, height, y)} │${row.join('').trimEnd()}`);
  const ends = [short(x.low), short(x.high)];
  const gap = ' '.repeat(Math.max(1, width - (ends[0]?.length ?? 0) - (ends[1]?.length ?? 0)));
  return [
    `${yLabel}  ${legend}`,
    ...lines,
    `${' '.repeat(8)} └${'─'.repeat(width)}`,
    `${' '.repeat(10)}${ends.join(gap)} ${xLabel}`,
  ].join('\n');
}

interface Scale {
  low: number;
  high: number;
  place: (value: number) => number;
}

function scale(values: readonly number[], cells: number): Scale {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const span = high - low || 1;
  return {low, high, place: (value) => Math.round(((value - low) / span) * (cells - 1))};
}

/** The value of the first, the middle and the last line. */
function axisText(line: number, height: number, {low, high}: Scale): string {
  if (line !== 0 && line !== height - 1 && line !== Math.floor((height - 1) / 2)) return ' '.repeat(8);
  return short(10 ** (high - ((high - low) * line) / Math.max(1, height - 1))).padStart(8);
}

function short(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
