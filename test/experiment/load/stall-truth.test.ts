import {describe, expect, it} from 'vitest';
import {judgeSelftest, type SelftestFigure, stallSchedule} from '../../../src/experiment/load/selftest/selftest.js';
import {recordedQuantile, trueQuantile} from '../../../src/experiment/load/selftest/stall-truth.js';
import {quantile} from '../../../src/stats/quantile.js';

const stalls = Array.from({length: 10}, (_, period) => ({
  fromMs: period * 2_200 + 2_000,
  untilMs: (period + 1) * 2_200,
}));

describe('the truth about a server that stalls', () => {
  it('is 90 ms at p95 and 178 ms at p99 for 200 of every 2,200 ms', () => {
    expect(trueQuantile(stallSchedule, 0.95)).toBeCloseTo(90);
    expect(trueQuantile(stallSchedule, 0.99)).toBeCloseTo(178);
    expect(trueQuantile(stallSchedule, 0.5)).toBe(0);
  });

  it.each([0, 700, 2_100])('is the same from the stalls that were recorded, from %i ms on', (fromMs) => {
    const more = [...stalls, {fromMs: 24_000, untilMs: 24_200}];
    const window = {fromMs, untilMs: fromMs + 22_000};
    expect(recordedQuantile(more, window, 0.95)).toBeCloseTo(90, 1);
    expect(recordedQuantile(more, window, 0.99)).toBeCloseTo(178, 1);
  });

  it('is what a request sent every millisecond meets', () => {
    const waits = Array.from({length: 22_000}, (_, dueMs) => {
      const stall = stalls.find(({fromMs, untilMs}) => dueMs >= fromMs && dueMs < untilMs);
      return stall === undefined ? 0 : stall.untilMs - dueMs;
    });
    expect(quantile(waits, 0.95)).toBeGreaterThan(89);
    expect(quantile(waits, 0.95)).toBeLessThan(92);
    expect(quantile(waits, 0.99)).toBeGreaterThan(177);
    expect(quantile(waits, 0.99)).toBeLessThan(180);
  });

  it('is not known where nothing stalled', () => {
    expect(recordedQuantile([], {fromMs: 0, untilMs: 1_000}, 0.99)).toBeNull();
  });
});

describe('the selftest', () => {
  const run = {
    verdict: 'ok',
    reason: '',
    partial: false,
    errors: {total: 0, byKind: {}},
    lateness: {p99Ms: 0.2, over1msRatio: 0},
  } as const;
  const figures = (p95: number | null, p99: number | null, server = 0): SelftestFigure[] => [
    {percentile: 'p95', measuredMs: p95, truthMs: 90, serverMs: 90 + server, leastMs: 85, mostMs: 97},
    {percentile: 'p99', measuredMs: p99, truthMs: 178, serverMs: 178, leastMs: 172, mostMs: 190},
  ];

  it.each<[string, Parameters<typeof judgeSelftest>, string]>([
    ['passes a generator that saw the stalls', [run, figures(92, 180)], 'pass'],
    ['fails one that left out the requests it did not send', [run, figures(1, 3)], 'fail'],
    ['fails one that saw too much', [run, figures(92, 240)], 'fail'],
    ['fails one whose requests failed', [{...run, errors: {total: 1, byKind: {timeout: 1}}}, figures(92, 180)], 'fail'],
    ['fails one that measured nothing', [run, figures(null, null)], 'fail'],
    ['knows nothing where the generator was late', [{...run, verdict: 'unknown'}, figures(92, 180)], 'unknown'],
    [
      'knows nothing where a busy machine made it late',
      [{...run, lateness: {p99Ms: 9, over1msRatio: 0.2}}, figures(101, 180)],
      'unknown',
    ],
    ['knows nothing where the server was off its schedule', [run, figures(92, 180, 9)], 'unknown'],
    ['knows nothing when it was interrupted', [{...run, partial: true}, figures(92, 180)], 'unknown'],
  ])('%s', (_, [seen, shown], verdict) => {
    expect(judgeSelftest(seen, shown).verdict).toBe(verdict);
  });
});
