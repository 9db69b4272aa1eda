import {describe, expect, it} from 'vitest';
import {judgeBench, parseThresholds} from '../../../src/experiment/load/result/judge-bench.js';
import {judgeRun} from '../../../src/experiment/load/result/judge-run.js';
import type {MergedReport} from '../../../src/experiment/load/result/merge-reports.js';
import type {LatencySummary, RunResult} from '../../../src/experiment/load/result/run-result.js';

const latency = (ms: number | null): LatencySummary => ({
  p50: ms,
  p90: ms,
  p95: ms,
  p99: ms,
  p999: ms,
  max: ms,
  mean: ms,
});

const good: MergedReport = {
  requests: 1_000,
  answeredInTime: 1_000,
  errors: {total: 0, byKind: {}},
  latencyMs: latency(20),
  serviceMs: latency(19),
  lateness: {p99Ms: 1, over1msRatio: 0.01},
  generator: {eventLoopDelayP99Ms: 1, cpuPercent: 30, busyPercent: 40},
  distribution: [],
  measuredMs: 10_000,
  waitedRatio: 0,
};

describe('a generator', () => {
  it('that kept its schedule leaves the run to be judged', () => {
    expect(judgeRun(good, 'open').verdict).toBe('ok');
  });

  it.each<[string, Partial<MergedReport>, string]>([
    ['that was late', {lateness: {p99Ms: 30, over1msRatio: 0.4}}, '30 ms late'],
    [
      'whose event loop was late',
      {generator: {eventLoopDelayP99Ms: 50, cpuPercent: 30, busyPercent: 40}},
      'event loop was delayed by 50 ms',
    ],
    [
      'that had no time left',
      {generator: {eventLoopDelayP99Ms: 1, cpuPercent: 99, busyPercent: 99}},
      'busy for 99 % of the time',
    ],
    [
      'that others kept from its core',
      {generator: {eventLoopDelayP99Ms: 1, cpuPercent: 50, busyPercent: 100}},
      'busy for 100 % of the time',
    ],
    ['that ran out of ports', {errors: {total: 3, byKind: {'local-no-port-left': 3}}}, 'the generator itself failed'],
    ['that measured nothing', {requests: 0, latencyMs: latency(null)}, 'no request ended'],
    ['that did not record its lateness', {lateness: {p99Ms: null, over1msRatio: null}}, 'did not record its lateness'],
    [
      'that did not record its delay',
      {generator: {eventLoopDelayP99Ms: null, cpuPercent: null, busyPercent: 10}},
      'did not record the delay',
    ],
  ])('%s makes the run unknown, with the reason', (_, change, reason) => {
    const judged = judgeRun({...good, ...change}, 'open');
    expect(judged.verdict).toBe('unknown');
    expect(judged.reason).toContain(reason);
  });

  it('may use a whole core to wait', () => {
    const spinning = {...good, generator: {eventLoopDelayP99Ms: 0, cpuPercent: 100, busyPercent: 25}};
    expect(judgeRun(spinning, 'open').verdict).toBe('ok');
  });

  it('may be late by a tenth of what it measured', () => {
    const slow = {...good, latencyMs: latency(1_000), lateness: {p99Ms: 90, over1msRatio: 0.5}};
    expect(judgeRun(slow, 'open').verdict).toBe('ok');
    expect(judgeRun({...slow, lateness: {p99Ms: 110, over1msRatio: 0.5}}, 'open').verdict).toBe('unknown');
  });

  it('of a closed loop has no schedule to keep', () => {
    expect(judgeRun({...good, lateness: {p99Ms: null, over1msRatio: null}}, 'closed').verdict).toBe('ok');
  });
});

function run(change: Partial<RunResult> = {}): RunResult {
  return {
    ...good,
    target: 'http://127.0.0.1/',
    profile: {loop: 'open', text: '', arrivals: 'uniform', connections: 1, workers: 1, seed: 1, warmupSeconds: 0},
    workload: 'unique',
    offeredPerSecond: 100,
    achievedPerSecond: 100,
    waitedForConnectionRatio: 0,
    seconds: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 10,
    partial: false,
    verdict: 'ok',
    reason: '',
    ...change,
  };
}

describe('thresholds', () => {
  const judge = (runs: RunResult[], ...texts: string[]) => judgeBench(runs, parseThresholds(texts)).verdict;

  it.each<[string, 'pass' | 'fail']>([
    ['p99<50ms', 'pass'],
    ['p99 < 20ms', 'fail'],
    ['p99<=20ms', 'pass'],
    ['p99<20001us', 'pass'],
    ['p99.9<0.01s', 'fail'],
    ['service.p95<19.5ms', 'pass'],
    ['rate>=100/s', 'pass'],
    ['rate>100/s', 'fail'],
    ['errors<=0', 'pass'],
  ])('%s: %s', (text, verdict) => {
    expect(judge([run()], text)).toBe(verdict);
  });

  it('hold errors to 1 % although nobody said so', () => {
    expect(judge([run({errors: {total: 9, byKind: {}}})])).toBe('pass');
    expect(judge([run({errors: {total: 10, byKind: {}}})])).toBe('fail');
    expect(judge([run({errors: {total: 10, byKind: {}}})], 'errors<5%')).toBe('pass');
  });

  it('that do not hold say what was measured', () => {
    const texts = ['p99<5ms', 'rate>100/s', 'errors<1%', 'p50<1s'];
    expect(judgeBench([run({errors: {total: 10, byKind: {}}})], parseThresholds(texts)).reason).toBe(
      'p99<5ms did not hold: 20 ms, rate>100/s did not hold: 100/s, errors<1% did not hold: 1 %',
    );
  });

  it('hold for the median of the runs', () => {
    const runs = [run(), run({latencyMs: latency(500)}), run()];
    expect(judge(runs, 'p99<50ms')).toBe('pass');
    expect(judge([...runs, run({latencyMs: latency(500)}), run({latencyMs: latency(500)})], 'p99<50ms')).toBe('fail');
  });

  it('of missing data are unknown, never a pass', () => {
    expect(judge([], 'p99<50ms')).toBe('unknown');
    expect(judge([run({latencyMs: latency(null)})], 'p99<50ms')).toBe('unknown');
    expect(judge([run({requests: 0})])).toBe('unknown');
  });

  it('of a run whose generator was late, or that was cut short, are unknown', () => {
    expect(judge([run({verdict: 'unknown'})], 'p99<50ms')).toBe('unknown');
    expect(judge([run(), run({verdict: 'unknown'})], 'p99<50ms')).toBe('unknown');
    expect(judge([run({partial: true})], 'p99<50ms')).toBe('unknown');
  });

  it('of fewer runs than were asked for are unknown: an interrupt between two runs leaves only good ones', () => {
    const found = judgeBench([run(), run()], parseThresholds(['p99<50ms']), 10);
    expect(found).toMatchObject({verdict: 'unknown', reason: 'interrupted after 2 of 10 runs'});
    expect(found.thresholds.map(({verdict}) => verdict)).toEqual(['unknown', 'unknown']);
    expect(judgeBench([run(), run({partial: true})], [], 10).reason).toBe('interrupted in run 2 of 10');
  });

  it.each([
    'errors<1',
    'errors<0.5',
    'errors<200%',
    'p99<50',
    'p98<5ms',
    'p99=5ms',
    'errors<5ms',
    'rate>5%',
    '<5ms',
    '',
    'p99<-5ms',
  ])('%j is refused', (text) => {
    expect(() => parseThresholds([text])).toThrowError(expect.objectContaining({code: 'USAGE'}));
  });
});
