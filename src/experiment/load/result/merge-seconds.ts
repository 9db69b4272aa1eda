import {Histogram} from '../../../stats/histogram.js';
import type {SecondReport} from '../engine/recorder.js';
import type {RunSecond} from './run-result.js';

/** The same second of all workers as one. */
export function mergeSecond(reports: readonly SecondReport[]): RunSecond {
  const latency = new Histogram(reports[0]?.latency.bits);
  for (const report of reports) latency.merge(report.latency);
  const sum = (pick: (report: SecondReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  return {
    atSecond: reports[0]?.atSecond ?? 0,
    requests: sum(({requests}) => requests),
    errors: sum(({errors}) => errors),
    p50: toMs(latency.quantile(0.5)),
    p99: toMs(latency.quantile(0.99)),
    max: toMs(latency.max),
  };
}

function toMs(us: number | null): number | null {
  return us === null ? null : us / 1_000;
}
