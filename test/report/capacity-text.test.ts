import {expect, it} from 'vitest';
import {capacityTable, kneeChart, trialText} from '../../src/report/capacity-text.js';

const trial = (ratePerSecond: number, p99: number, verdict: 'pass' | 'fail' | 'unknown') => ({
  ratePerSecond,
  confirms: false,
  verdict,
  reason: 'why',
  run: {achievedPerSecond: ratePerSecond - 0.4, errors: {total: 0}, latencyMs: {p50: 1, p99}},
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
    '1230/s, p50 1 ms, p99 5 ms: pass',
    '4920/s, p50 1 ms, p99 300 ms: fail, why',
    '2460/s, p50 1 ms, p99 40 ms: unknown, why',
  ]);
});
