import {expect, it} from 'vitest';
import {benchText} from '../../../src/report/bench/bench-views.js';
import {capacityTable, kneeChart} from '../../../src/report/bench/capacity-text.js';
import type {Paints} from '../../../src/report/paints.js';
import {sampleRun} from '../../support/sample-run.js';

const plain = (text: string) => text;
const paints: Paints = {good: plain, bad: plain, unsure: plain, faint: (text) => `<${text}>`, strong: plain};
const run = sampleRun({seed: 1, medianMs: 1_234.5, perSecond: 100_000, seconds: 1});
const shown = {
  verdict: 'pass' as const,
  reason: 'errors<1% held',
  thresholds: [{threshold: 'errors<1%', measured: 0, verdict: 'pass' as const}],
  runs: [{...run, partial: true}],
};

it('a bench fits in 80 columns', () => {
  for (const line of benchText(shown, paints).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('where no request waited for a connection nothing is said, not even in colour', () => {
  expect(benchText(shown, paints)).not.toContain('<>');
  expect(benchText({...shown, runs: [{...run, waitedForConnectionRatio: 0.5}]}, paints)).toContain('<50 %');
});

it('a rate that could not be measured is neither kept nor broken', () => {
  const reason = 'the generator sent requests 22 ms late at its p99, over its budget of 5.00 ms';
  const trials = (['pass', 'unknown'] as const).map((verdict, place) => {
    return {
      ratePerSecond: 100 * (place + 1),
      confirms: false,
      verdict,
      reason,
      run,
      fromCache: {kind: 'exact' as const, value: 0},
    };
  });
  expect(kneeChart(trials)).toContain('? unknown');
  expect(kneeChart(trials)).not.toContain('× did not');
  const table = capacityTable(trials);
  expect(table).toContain(`200/s unknown: ${reason}`);
  expect(table).not.toContain('100/s pass');
});

it('a chart is drawn of two points or more', () => {
  const text = benchText({...shown, runs: [run]}, paints);
  expect(text).toContain('Latency by percentile');
  expect(text).not.toContain('p99 of each second');
  const second = run.seconds[0];
  if (second === undefined) throw new Error('a run without a second');
  const twoSeconds = {...run, seconds: [second, {...second, atSecond: 1}]};
  expect(benchText({...shown, runs: [twoSeconds]}, paints)).toContain('p99 of each second');
  expect(benchText({...shown, runs: [{...twoSeconds, requests: 1}]}, paints)).not.toContain('│');
  const fromCache = {kind: 'exact' as const, value: 50};
  const trial = {ratePerSecond: 100, confirms: false, verdict: 'pass' as const, reason: '', fromCache, run};
  expect(kneeChart([trial, {...trial, confirms: true}])).toBe('');
  expect(kneeChart([trial, {...trial, ratePerSecond: 200}])).toContain('●');
});
