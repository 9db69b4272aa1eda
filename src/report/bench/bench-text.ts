import {measuredText, type ThresholdResult} from '../../decision/threshold.js';
import {plainNumber} from '../plain-number.js';
import {textTable} from '../table.js';

type Latencies = Record<'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max' | 'mean', number | null>;

export interface BenchRun {
  offeredPerSecond: number | null;
  achievedPerSecond: number;
  requests: number;
  errors: {total: number; byKind: Record<string, number>};
  latencyMs: Latencies;
  serviceMs: Latencies;
  lateness: {p99Ms: number | null; over1msRatio: number | null};
  waitedForConnectionRatio: number;
  generator: {eventLoopDelayP99Ms: number | null; cpuPercent: number | null; busyPercent: number | null};
  durationSeconds: number;
  partial: boolean;
  verdict: 'ok' | 'unknown';
}

const columns = ['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const;

/** Every run as two rows: latency from the moment a request was due, and service time from the moment it was sent. */
export function latencyTable(runs: readonly BenchRun[], table = textTable): string {
  const head = ['RUN', 'MS', 'P50', 'P90', 'P95', 'P99', 'P99.9', 'MAX', 'MEAN'];
  const rows = runs.flatMap(({latencyMs, serviceMs}, run) => [
    [String(run + 1), 'latency', ...columns.map((name) => plainNumber(latencyMs[name]))],
    ['', 'service', ...columns.map((name) => plainNumber(serviceMs[name]))],
  ]);
  return table(head, rows);
}

/** How much each run sent and got. */
export function loadTable(runs: readonly BenchRun[], table = textTable): string {
  const head = ['RUN', 'OFFERED/S', 'ACHIEVED/S', 'REQUESTS', 'ERRORS', 'SECONDS'];
  const rows = runs.map((run, place) => [
    String(place + 1),
    plainNumber(run.offeredPerSecond),
    plainNumber(run.achievedPerSecond),
    String(run.requests),
    String(run.errors.total),
    `${plainNumber(run.durationSeconds)}${run.partial ? ' (partial)' : ''}`,
  ]);
  return table(head, rows);
}

/** How well the generator kept its schedule in each run, and how busy its busiest thread was. */
export function generatorTable(runs: readonly BenchRun[], table = textTable): string {
  const head = ['RUN', 'GENERATOR', 'LATE P99', 'LOOP DELAY P99', 'CPU', 'BUSY'];
  const rows = runs.map((run, place) => [
    String(place + 1),
    run.verdict,
    withUnit(run.lateness.p99Ms, 'ms'),
    withUnit(run.generator.eventLoopDelayP99Ms, 'ms'),
    withUnit(run.generator.cpuPercent, '%'),
    withUnit(run.generator.busyPercent, '%'),
  ]);
  return table(head, rows);
}

/** Errors of all runs by kind, most frequent first; empty where there are none. */
export function errorLines(runs: readonly BenchRun[]): string[] {
  const total = new Map<string, number>();
  for (const {errors} of runs) {
    for (const [kind, count] of Object.entries(errors.byKind)) total.set(kind, (total.get(kind) ?? 0) + count);
  }
  return [...total].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${String(count).padStart(8)}  ${kind}`);
}

export function thresholdTable(results: readonly ThresholdResult[], table = textTable): string {
  const rows = results.map((result) => [result.threshold, measuredText(result), result.verdict]);
  return table(['THRESHOLD', 'MEASURED', 'VERDICT'], rows);
}

function withUnit(value: number | null, unit: string): string {
  return value === null ? '-' : `${plainNumber(value)} ${unit}`;
}
