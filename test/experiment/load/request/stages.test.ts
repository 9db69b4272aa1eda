import {describe, expect, it} from 'vitest';
import {profileStages} from '../../../../src/experiment/load/request/profiles.js';
import {arrivalsUntil, type Stage, timeOfArrival} from '../../../../src/experiment/load/request/stages.js';

const hold = (durationMs: number, rate: number): Stage => ({durationMs, fromPerSecond: rate, toPerSecond: rate});
const ramp = (durationMs: number, fromPerSecond: number, toPerSecond: number): Stage => ({
  durationMs,
  fromPerSecond,
  toPerSecond,
});

describe('the n-th request is due', () => {
  it.each<[string, Stage[], number, number]>([
    ['at once when it is the first', [hold(1_000, 100)], 0, 0],
    ['after n gaps of a constant rate', [hold(10_000, 100)], 250, 2_500],
    ['never after the last stage', [hold(1_000, 100)], 100, Number.POSITIVE_INFINITY],
    ['in the second stage when the first has had its own', [hold(1_000, 100), hold(1_000, 1_000)], 600, 1_500],
    ['on a ramp from nothing, after the square root', [ramp(10_000, 0, 100)], 125, 5_000],
    ['on a ramp down to nothing', [ramp(10_000, 100, 0)], 375, 5_000],
    ['after a pause', [hold(1_000, 10), hold(2_000, 0), hold(1_000, 10)], 10, 3_000],
    ['at a fraction of a request a second', [hold(60_000, 0.1)], 3, 30_000],
  ])('%s', (_, stages, place, dueMs) => {
    expect(timeOfArrival(stages, place)).toBeCloseTo(dueMs, 6);
  });

  it('where the integral of the rate has reached n: one is the inverse of the other', () => {
    const stages = [hold(1_500, 40), ramp(3_000, 40, 700), ramp(2_000, 700, 1), hold(800, 1)];
    for (let place = 0; place < 1_800; place += 37) {
      expect(arrivalsUntil(stages, timeOfArrival(stages, place))).toBeCloseTo(place, 5);
    }
  });
});

describe('profiles', () => {
  const wanted = {ratePerSecond: 100, durationMs: 10_000};

  it.each([
    ['constant', 1_000],
    ['ramp', 500],
    ['step', 625],
    ['spike', 1_300],
  ] as const)('%s offers %i requests at 100/s over 10 s', (name, requests) => {
    const stages = profileStages(name, wanted);
    expect(stages.reduce((sum, {durationMs}) => sum + durationMs, 0)).toBeCloseTo(10_000);
    expect(arrivalsUntil(stages, 10_000)).toBeCloseTo(requests);
  });
});
