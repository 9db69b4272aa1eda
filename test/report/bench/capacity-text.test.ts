import {expect, it} from 'vitest';
import {
  cachedHint,
  capacityAnswer,
  capacityTable,
  kneeChart,
  trialText,
} from '../../../src/report/bench/capacity-text.js';

const trial = (ratePerSecond: number, p99: number, verdict: 'pass' | 'fail' | 'unknown') => ({
  ratePerSecond,
  confirms: false,
  verdict,
  reason: 'why',
  fromCache: {kind: 'exact' as const, value: 97.2},
  run: {
    achievedPerSecond: ratePerSecond - 0.4,
    errors: {total: 0},
    latencyMs: {p50: 1, p99},
    lateness: {p99Ms: 0.21},
  },
});
const trials = [trial(1_230, 5, 'pass'), trial(4_920, 300, 'fail'), trial(2_460, 40, 'unknown')];

it('rates are numbers as people write them, lowest first', () => {
  const rows = capacityTable(trials).split('\n').slice(1, 4);
  expect(rows.map((row) => row.split(/ +/).slice(0, 2))).toEqual([
    ['1230', '1230'],
    ['2460', '2460'],
    ['4920', '4920'],
  ]);
});

it('the chart has a mark of its own for what nobody knows', () => {
  expect(
    kneeChart(trials)
      .match(/^ .*[●×?]/gm)
      ?.map((line) => line.trim().at(-1)),
  ).toEqual(['×', '?', '●']);
});

it('a trial that did not pass says why', () => {
  expect(trials.map(trialText)).toEqual([
    '1230/s, p50 1 ms, p99 5 ms, 97.2 % from the cache: pass',
    '4920/s, p50 1 ms, p99 300 ms, 97.2 % from the cache: fail, why',
    '2460/s, p50 1 ms, p99 40 ms, 97.2 % from the cache: unknown, why',
  ]);
});

it('a trial of a target whose cache cannot be seen says nothing of it', () => {
  const [first] = trials.map((each) => trialText({...each, fromCache: {kind: 'missing', reason: 'no stack of ours'}}));
  expect(first).toBe('1230/s, p50 1 ms, p99 5 ms: pass');
});

it('each row has the share of cached texts and how late the generator was', () => {
  const [head = '', row = ''] = capacityTable(trials).split('\n');
  expect(head).toMatch(/FROM THE CACHE +ERRORS +GENERATOR LATE P99/);
  expect(row).toMatch(/97\.2 % +0 +0\.21 ms +pass/);
});

it('the first line of the answer tells a rate of the cache from one of the model', () => {
  expect(capacityAnswer(4_800, {kind: 'exact', value: 97.2})).toBe(
    '4800 requests a second, 97.2 % of the texts from the cache',
  );
  expect(capacityAnswer(183, {kind: 'exact', value: 0})).toBe('183 requests a second, 0 % of the texts from the cache');
  expect(capacityAnswer(183, {kind: 'missing', reason: 'the cache is off'})).toBe('183 requests a second');
  expect(capacityAnswer(null, {kind: 'exact', value: 97})).toBe('no rate');
  expect(cachedHint({kind: 'exact', value: 97.2})).toContain('--workload unique');
  expect(cachedHint({kind: 'exact', value: 3})).toBe('');
});
