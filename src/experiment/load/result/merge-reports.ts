import {Histogram, type HistogramData} from '../../../stats/histogram.js';
import type {EngineReport} from '../engine/load-engine.js';
import type {GeneratorLoad, LatencySummary, Lateness, PercentilePoint, RunErrors} from './run-result.js';

export interface MergedReport {
  requests: number;
  answeredInTime: number;
  errors: RunErrors;
  latencyMs: LatencySummary;
  serviceMs: LatencySummary;
  lateness: Lateness;
  generator: GeneratorLoad;
  distribution: PercentilePoint[];
  measuredMs: number;
  waitedRatio: number;
}

/** What all workers saw, as one: histograms are added, so that nothing is lost; of the threads, the worst counts. */
export function mergeReports(reports: readonly EngineReport[], loop: 'open' | 'closed'): MergedReport {
  const merged = (pick: (report: EngineReport) => HistogramData) => {
    const whole = new Histogram();
    for (const report of reports) whole.merge(pick(report));
    return whole;
  };
  const sum = (pick: (report: EngineReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const latency = merged((report) => report.latency);
  const lateness = merged((report) => report.lateness);
  const requests = sum((report) => report.requests);
  return {
    requests,
    answeredInTime: sum((report) => report.answeredInTime),
    errors: mergeErrors(reports),
    latencyMs: summary(latency),
    serviceMs: summary(merged((report) => report.service)),
    lateness:
      loop === 'closed'
        ? {p99Ms: null, over1msRatio: null}
        : {p99Ms: toMs(lateness.quantile(0.99)), over1msRatio: lateness.shareAbove(1_000)},
    generator: {
      eventLoopDelayP99Ms: worst(reports.map((report) => report.eventLoopDelayP99Ms)),
      cpuPercent: worst(reports.map((report) => report.cpuPercent)),
      busyPercent: worst(reports.map((report) => report.busyPercent)),
    },
    distribution: distributionOf(latency),
    measuredMs: Math.max(0, ...reports.map((report) => report.measuredMs)),
    waitedRatio: requests === 0 ? 0 : sum((report) => report.waited) / requests,
  };
}

function mergeErrors(reports: readonly EngineReport[]): RunErrors {
  const byKind: Record<string, number> = {};
  for (const {errors} of reports) {
    for (const [kind, count] of Object.entries(errors)) byKind[kind] = (byKind[kind] ?? 0) + count;
  }
  return {total: Object.values(byKind).reduce((sum, count) => sum + count, 0), byKind};
}

function summary(us: Histogram): LatencySummary {
  const at = (q: number) => toMs(us.quantile(q));
  return {
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: toMs(us.max),
    mean: toMs(us.mean),
  };
}

/** What plots name, so that they and the tables say the same of it. */
const named = [50, 90, 95, 99, 99.9, 99.99, 99.999];

/** Closer together towards 100, where the interest is; none closer than one request. */
function distributionOf(us: Histogram): PercentilePoint[] {
  const wanted = [...named];
  for (let above = 1; above > 1e-7; above *= 0.85) wanted.push(100 * (1 - above));
  const points = wanted
    .filter((percentile) => (1 - percentile / 100) * us.count >= 0.5)
    .sort((a, b) => a - b)
    .flatMap((percentile) => {
      const latencyMs = toMs(us.quantile(percentile / 100));
      return latencyMs === null ? [] : [{percentile, latencyMs}];
    });
  if (us.max !== null) points.push({percentile: 100, latencyMs: us.max / 1_000});
  return points;
}

function worst(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function toMs(us: number | null): number | null {
  return us === null ? null : us / 1_000;
}
