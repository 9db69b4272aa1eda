import {median} from '../../stats/quantile.js';
import {deepestNines, latencyAt, ninesOf} from '../chart/percentile-curve.js';
import type {ReportSeries} from './report-input.js';

/** A point of a line, with what the repeats range over. */
export interface CurvePoint {
  x: number;
  y: number;
  low: number;
  high: number;
}

export interface Curve {
  label: string;
  /** In one piece; a null breaks the line. */
  points: readonly (CurvePoint | null)[];
}

const stepsPerNine = 24;

/** Median latency of the repeats at each percentile, as far out as every repeat reaches. x in nines. */
export function percentileCurve({label, runs}: ReportSeries): Curve {
  const deepest = Math.min(...runs.map(({requests, errors}) => deepestNines(requests - errors.total)));
  const steps = Number.isFinite(deepest) ? Math.floor(deepest * stepsPerNine) : 0;
  const grid = Array.from({length: steps + 1}, (_, step) => step / stepsPerNine);
  const points = [...grid, ninesOf(50)]
    .toSorted((a, b) => a - b)
    .map((x) =>
      point(
        x,
        runs.map(({distribution}) => latencyAt(distribution, x)),
      ),
    );
  return {label, points};
}

/** One figure of each second, the median of the repeats. x in seconds. */
export function secondsCurve({label, runs}: ReportSeries, read: (second: Second) => number | null): Curve {
  const last = Math.max(-1, ...runs.flatMap(({seconds}) => seconds.map(({atSecond}) => atSecond)));
  const points = Array.from({length: last + 1}, (_, x) => {
    const values = runs.flatMap(({seconds}) => seconds.filter(({atSecond}) => atSecond === x).map(read));
    return point(x, values);
  });
  return {label, points};
}

type Second = ReportSeries['runs'][number]['seconds'][number];

function point(x: number, values: readonly (number | null)[]): CurvePoint | null {
  const seen = values.filter((value) => value !== null);
  if (seen.length === 0) return null;
  return {x, y: median(seen), low: Math.min(...seen), high: Math.max(...seen)};
}
