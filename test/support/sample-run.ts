import type {RunResult} from '../../src/experiment/load/result/run-result.js';
import {quantile} from '../../src/stats/quantile.js';
import {seededRandom} from '../../src/stats/random.js';

export interface SampleLoad {
  seed: number;
  /** Middle of the latencies. */
  medianMs: number;
  perSecond: number;
  seconds: number;
  /** Seconds in which one request in ten fails. */
  failing?: readonly number[];
}

const percentiles = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 100];

/** A run as the load engine records one, of a made-up server: heavy tail, a slow second now and then. Seeded. */
export function sampleRun({seed, medianMs, perSecond, seconds, failing = []}: SampleLoad): RunResult {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const perSeconds = Array.from({length: seconds}, () => {
    const pace = Math.exp(0.06 * normal() + (random() < 0.06 ? 0.7 : 0));
    return Array.from({length: perSecond}, () => medianMs * pace * Math.exp(0.32 * normal()) + tail(random, medianMs));
  });
  const all = perSeconds.flat().sort((a, b) => a - b);
  const at = (q: number) => quantile(all, q);
  const errors = failing.length * Math.floor(perSecond / 10);
  const summary = {
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    mean: all.reduce((sum, value) => sum + value, 0) / all.length,
  };
  return {
    target: 'http://127.0.0.1:8888/embed',
    profile: {
      loop: 'open',
      text: `${perSecond}/s for ${seconds} s`,
      arrivals: 'poisson',
      connections: 32,
      workers: 1,
      seed,
      warmupSeconds: 5,
    },
    workload: 'Zipf over 100,000 texts',
    offeredPerSecond: perSecond,
    achievedPerSecond: perSecond - errors / seconds,
    requests: perSecond * seconds,
    errors: {total: errors, byKind: errors === 0 ? {} : {'connection-reset': errors}},
    latencyMs: summary,
    serviceMs: summary,
    lateness: {p99Ms: 0.21, over1msRatio: 0.0004},
    waitedForConnectionRatio: 0,
    generator: {eventLoopDelayP99Ms: 1.4, cpuPercent: 23, busyPercent: 31},
    seconds: perSeconds.map((values, atSecond) => ({
      atSecond,
      requests: values.length,
      errors: failing.includes(atSecond) ? Math.floor(perSecond / 10) : 0,
      p50: quantile(values, 0.5),
      p99: quantile(values, 0.99),
      max: Math.max(...values),
    })),
    distribution: percentiles.map((percentile) => ({percentile, latencyMs: at(percentile / 100)})),
    startedAt: '2026-03-04T05:06:07.000Z',
    durationSeconds: seconds,
    partial: false,
    verdict: 'ok',
    reason: 'the generator kept its schedule',
  };
}

function tail(random: () => number, medianMs: number): number {
  return random() < 0.012 ? medianMs * (1 + 5 * random() ** 2) : 0;
}
