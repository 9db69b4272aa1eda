import {expect, it} from 'vitest';
import {Recorder, type SecondReport} from '../../../../src/experiment/load/engine/recorder.js';
import {mergeReports} from '../../../../src/experiment/load/result/merge-reports.js';
import {mergeSecond} from '../../../../src/experiment/load/result/merge-seconds.js';

const load = {eventLoopDelayP99Ms: 1, cpuPercent: 20, busyPercent: 30, measuredMs: 3_000};

/** The same requests given to so many recorders in turn, as workers share them. */
function recorded(workers: number) {
  const seconds: SecondReport[] = [];
  const recorders = Array.from(
    {length: workers},
    () => new Recorder({fromMs: 1_000, untilMs: 4_000}, (report) => seconds.push(report)),
  );
  for (let place = 0; place < 4_000; place += 1) {
    const recorder = recorders[place % workers];
    const latencyMs = ((place * 7_919) % 1_000) / 10;
    recorder?.taken(place, place + 0.5, place % 10 === 0);
    if (place % 50 === 0) recorder?.failed(place, place + latencyMs, 'timeout');
    else recorder?.answered(place, place + 0.5, place + latencyMs);
  }
  const reports = recorders.map((recorder) => ({...recorder.finish(), ...load}));
  return {merged: mergeReports(reports, 'open'), seconds};
}

it('four workers tell the same as one: nothing is lost when they are merged', () => {
  expect(recorded(4).merged).toEqual(recorded(1).merged);
});

it('the warm-up is not counted', () => {
  const {merged} = recorded(1);
  expect(merged.requests).toBe(3_000);
  expect(merged.errors).toEqual({total: 60, byKind: {timeout: 60}});
  expect(merged.waitedRatio).toBeCloseTo(0.1);
  expect(merged.lateness.over1msRatio).toBe(0);
});

it('what a plot reads off the curve is what the table says', () => {
  const {distribution, latencyMs} = recorded(2).merged;
  const at = (wanted: number) => distribution.find(({percentile}) => percentile === wanted)?.latencyMs;
  expect(at(50)).toBe(latencyMs.p50);
  expect(at(90)).toBe(latencyMs.p90);
  expect(at(99)).toBe(latencyMs.p99);
  const places = distribution.map(({percentile}) => percentile);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('seconds of workers are merged into one, with their own percentiles', () => {
  const {seconds} = recorded(3);
  const first = mergeSecond(seconds.filter(({atSecond}) => atSecond === 0));
  expect(first.requests).toBeGreaterThan(900);
  expect(first.p50).toBeGreaterThan(40);
  expect(first.p50).toBeLessThan(60);
  const all = [0, 1, 2, 3].map((at) => mergeSecond(seconds.filter(({atSecond}) => atSecond === at)));
  expect(all.reduce((sum, {requests}) => sum + requests, 0)).toBe(3_000);
});

it('the second in which a run ended is told apart from those that were over', () => {
  const {seconds} = recorded(1);
  expect(seconds.map(({atSecond, whole}) => [atSecond, whole])).toEqual([
    [0, true],
    [1, true],
    [2, true],
    [3, false],
  ]);
});
