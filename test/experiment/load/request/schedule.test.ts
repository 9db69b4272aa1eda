import {describe, expect, it} from 'vitest';
import {type Pace, pace} from '../../../../src/experiment/load/engine/pace.js';
import {recordedSchedule, type Schedule, schedule} from '../../../../src/experiment/load/request/schedule.js';

const second = [{durationMs: 1_000, fromPerSecond: 1_000, toPerSecond: 1_000}];

function times({...plan}: Schedule, most = 10_000): number[] {
  const all: number[] = [];
  while (plan.dueMs < Number.POSITIVE_INFINITY && all.length < most) {
    all.push(plan.dueMs);
    plan.advance();
  }
  return all;
}

describe('pacing', () => {
  it.each<[number, number, Pace]>([
    [100, 100, {kind: 'send'}],
    [100, 250, {kind: 'send'}],
    [100, 0, {kind: 'timer', waitMs: 98}],
    [100, 96.5, {kind: 'timer', waitMs: 2}],
    [100, 98, {kind: 'precise', waitMs: 2}],
    [100, 99.5, {kind: 'precise', waitMs: 0.5}],
    [100, 99.95, {kind: 'spin'}],
    [60_000, 0, {kind: 'timer', waitMs: 1_000}],
    [Number.POSITIVE_INFINITY, 5, {kind: 'over'}],
  ])('what is due at %f ms, at %f ms', (dueMs, elapsedMs, expected) => {
    expect(pace(dueMs, elapsedMs)).toEqual(expected);
  });
});

describe('a schedule', () => {
  it('has evenly spaced requests, and workers take turns at them', () => {
    const spec = {stages: second, arrivals: 'uniform', seed: 1} as const;
    const alone = times(schedule(spec, {index: 0, of: 1}));
    const shared = [0, 1, 2].flatMap((index) => times(schedule(spec, {index, of: 3})));
    expect(alone).toHaveLength(1_000);
    expect(shared.sort((a, b) => a - b)).toEqual(alone);
  });

  it('has Poisson arrivals of the rate: exponential gaps, whose mean is their deviation', () => {
    const long = [{durationMs: 100_000, fromPerSecond: 200, toPerSecond: 200}];
    const all = [0, 1].flatMap((index) =>
      times(schedule({stages: long, arrivals: 'poisson', seed: 7}, {index, of: 2}), 30_000),
    );
    all.sort((a, b) => a - b);
    const gaps = all.slice(1).map((time, place) => time - (all[place] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // Standard error of the mean of 20,000 gaps: 0.7 %.
    expect(mean).toBeGreaterThan(4.8);
    expect(mean).toBeLessThan(5.2);
    expect(deviation / mean).toBeGreaterThan(0.95);
    expect(deviation / mean).toBeLessThan(1.05);
  });

  it('is the same again for the same seed, and another for another', () => {
    const of = (seed: number) => times(schedule({stages: second, arrivals: 'poisson', seed}, {index: 0, of: 1}));
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  it('replays recorded times, faster where asked to', () => {
    expect(times(recordedSchedule(Float64Array.of(0, 10, 40, 100), 2, {index: 0, of: 1}))).toEqual([0, 5, 20, 50]);
    expect(times(recordedSchedule(Float64Array.of(0, 10, 40, 100), 1, {index: 1, of: 2}))).toEqual([10, 100]);
  });
});
