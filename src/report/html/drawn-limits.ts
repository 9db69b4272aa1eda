import {parseThreshold, type ThresholdMetric, type ThresholdResult} from '../../decision/threshold.js';

/** A threshold as a line across a plot of milliseconds. */
export interface DrawnLimit {
  y: number;
  label: string;
}

/** The thresholds on these latencies; those on rates, errors and service times have no place in a plot of latency. */
export function drawnLimits(results: readonly ThresholdResult[], metrics: readonly ThresholdMetric[]): DrawnLimit[] {
  return results.flatMap(({threshold}) => {
    const {metric, limit} = parseThreshold(threshold);
    return metrics.includes(metric) ? [{y: limit, label: threshold}] : [];
  });
}

/** So many times the highest value a limit may be and still be drawn: beyond, the lines would lie on the axis. */
const mostAbove = 4;

/** Splits limits into those a plot up to `largest` can show, and those above it. */
export function fittingLimits(limits: readonly DrawnLimit[], largest: number) {
  const drawn = limits.filter(({y}) => y <= mostAbove * largest);
  return {drawn, above: limits.filter((limit) => !drawn.includes(limit))};
}
