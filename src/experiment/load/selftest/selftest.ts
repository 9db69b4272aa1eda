import type {Verdict} from '../../../decision/verdict.js';
import {prepareLoad} from '../request/load-request.js';
import type {RunResult} from '../result/run-result.js';
import {type RunOptions, runLoad} from '../run-load.js';
import {parseWorkload} from '../workloads/open-workload.js';
import {recordedQuantile, type StallSchedule, trueQuantile} from './stall-truth.js';
import {startStallingServer} from './stalling-server.js';

export const stallSchedule: StallSchedule = {periodMs: 2_200, stallMs: 200};
export const selftestRate = 1_000;
export const selftestPeriods = 10;

const connections = 256;
const warmupMs = 1_000;
/** Truth 90 and 178; above it the server's own work on what had piled up, below it the precision of a percentile. */
const bounds = {p95: {least: 85, most: 97}, p99: {least: 172, most: 190}} as const;
/** The server is to have stalled as it was told; else it, and not the generator, is what was tested. */
const serverToleranceMs = 4;
/** Half the width of the narrower bounds: a machine that made the generator later than this made it miss them. */
const lateToleranceMs = 5;

export interface Selftest {
  verdict: Verdict;
  reason: string;
  figures: SelftestFigure[];
  run: RunResult;
}

export interface SelftestFigure {
  percentile: 'p95' | 'p99';
  measuredMs: number | null;
  /** By arithmetic. */
  truthMs: number;
  /** From the stalls the server recorded. */
  serverMs: number | null;
  leastMs: number;
  mostMs: number;
}

/** Loads a server that stalls on a schedule, over whole periods, and holds the percentiles to the truth. */
export async function selftest(periods: number, options: RunOptions): Promise<Selftest> {
  await using server = await startStallingServer(stallSchedule, options.signal);
  const durationMs = periods * stallSchedule.periodMs;
  const job = await prepareLoad(
    {
      url: new URL(server.url),
      method: 'GET',
      headers: {},
      workload: parseWorkload('uniform:1'),
      body: {template: null, words: {least: 1, most: 1}, batch: {least: 1, most: 1}, dimensions: []},
      loop: {
        kind: 'open',
        arrivals: 'uniform',
        stages: [{durationMs, fromPerSecond: selftestRate, toPerSecond: selftestRate}],
        ratePerSecond: null,
      },
      connections,
      workers: 1,
      warmupMs,
      durationMs,
      deadlineMs: 10_000,
      seed: 1,
    },
    options.signal,
  );
  const run = await runLoad(job, options);
  const fromMs = Date.parse(run.startedAt);
  const stalls = options.signal.aborted ? [] : await server.stalls();
  const serverQuantile = (q: number) => recordedQuantile(stalls, {fromMs, untilMs: fromMs + durationMs}, q);
  const figures = [figureOf('p95', 0.95, run, serverQuantile), figureOf('p99', 0.99, run, serverQuantile)];
  return {...judgeSelftest(run, figures), figures, run};
}

function figureOf(
  percentile: 'p95' | 'p99',
  q: number,
  run: RunResult,
  serverQuantile: (q: number) => number | null,
): SelftestFigure {
  const {least: leastMs, most: mostMs} = bounds[percentile];
  const measuredMs = run.latencyMs[percentile];
  return {
    percentile,
    measuredMs,
    truthMs: trueQuantile(stallSchedule, q),
    serverMs: serverQuantile(q),
    leastMs,
    mostMs,
  };
}

/** A server off its schedule, or a generator over its budget, proves nothing about the generator. */
export function judgeSelftest(
  run: Pick<RunResult, 'verdict' | 'reason' | 'partial' | 'errors' | 'lateness'>,
  figures: readonly SelftestFigure[],
): {verdict: Verdict; reason: string} {
  if (run.partial) return {verdict: 'unknown', reason: 'interrupted'};
  if (run.verdict === 'unknown') return {verdict: 'unknown', reason: run.reason};
  if (run.errors.total > 0) return {verdict: 'fail', reason: `${run.errors.total} requests failed`};
  const off = figures.find(
    ({serverMs, truthMs}) => serverMs === null || Math.abs(serverMs - truthMs) > serverToleranceMs,
  );
  if (off !== undefined) {
    const seen = off.serverMs === null ? 'nothing' : `${off.serverMs.toFixed(1)} ms`;
    return {verdict: 'unknown', reason: `the server itself was off its schedule: its ${off.percentile} was ${seen}`};
  }
  const wrong = figures.filter(
    ({measuredMs, leastMs, mostMs}) => measuredMs === null || measuredMs < leastMs || measuredMs > mostMs,
  );
  if (wrong.length === 0) return {verdict: 'pass', reason: 'the generator measured the stalls correctly'};
  const lateMs = run.lateness.p99Ms ?? Number.POSITIVE_INFINITY;
  if (lateMs > lateToleranceMs) {
    return {verdict: 'unknown', reason: `the generator was late by ${lateMs.toFixed(1)} ms at its p99: a busy machine`};
  }
  const shown = wrong.map(
    ({percentile, measuredMs, leastMs, mostMs}) =>
      `${percentile} ${measuredMs === null ? '-' : measuredMs.toFixed(1)} is not within ${leastMs} to ${mostMs} ms`,
  );
  return {verdict: 'fail', reason: shown.join(', ')};
}
