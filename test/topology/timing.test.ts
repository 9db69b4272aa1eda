import {expect, it} from 'vitest';
import {crashDetectionMs, drainMs, hangDetectionMs, recoveryMs, timingProfiles} from '../../src/topology/timing.js';

it('the fast profile sees a crash within 1.5 s and a hang within 3.5 s', () => {
  expect(crashDetectionMs(timingProfiles.fast)).toBe(1_500);
  expect(hangDetectionMs(timingProfiles.fast)).toBe(3_250);
  expect(recoveryMs(timingProfiles.fast)).toBe(750);
});

it('the seed profile, every 30 s and three failures, needs a minute and a half and misses the 5 s goal', () => {
  expect(crashDetectionMs(timingProfiles.seed)).toBe(90_000);
  expect(hangDetectionMs(timingProfiles.seed)).toBeGreaterThan(5_000);
});

it('a draining service accepts until the load balancer must have seen it', () => {
  expect(drainMs(timingProfiles.fast)).toBe(2_000);
});
