import {expect, it, vi} from 'vitest';
import {medianFound, toldApart, trial, trialWindows, type Window} from '../../bench/trial.js';
import {binomialBound} from '../../src/stats/binomial-bound.js';
import {quantile} from '../../src/stats/quantile.js';
import {seededRandom} from '../../src/stats/random.js';

// A thousand comparisons, each with its intervals.
vi.setConfig({testTimeout: 180_000});

/** One long recording of one made-up server: heavy-tailed latencies whose level wanders, so that neighbours are alike. */
function recording(count: number, seed: number): Window[] {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let level = 0;
  return Array.from({length: count}, () => {
    level = 0.8 * level + 0.015 * normal();
    const latencies = Array.from({length: 200}, () => {
      const tail = random() < 0.02 ? 30 * random() ** -0.4 : 0;
      return Math.exp(level) * (10 * Math.exp(0.3 * normal()) + tail);
    });
    const mean = latencies.reduce((sum, value) => sum + value, 0) / latencies.length;
    const at = (q: number) => quantile(latencies, q);
    return {rate: 8_000 / mean, p50: at(0.5), p95: at(0.95), p99: at(0.99)};
  });
}

const windows = recording(4_000, 42);
const random = seededRandom(1);
const starts = Array.from({length: 1_000}, () => Math.floor(random() * (windows.length - trialWindows + 1)));
/** One-sided 95 % bounds. */
const boundOf = (hits: readonly boolean[]) => binomialBound(hits.filter(Boolean).length, hits.length, 0.9);

it('two options that are the same are told apart in at most 5 of 100 comparisons', () => {
  const found = starts.map((start, seed) => trial(windows, start, seed, 1));
  expect(boundOf(found.map(toldApart)).high).toBeLessThanOrEqual(0.05);
  expect(boundOf(found.map(({verdict}) => verdict === 'fail')).high).toBeLessThanOrEqual(0.05);
});

it('a median slower by a tenth is found in at least 95 of 100 comparisons', () => {
  const found = starts.map((start, seed) => trial(windows, start, seed, 1.1));
  expect(boundOf(found.map(medianFound)).low).toBeGreaterThanOrEqual(0.95);
});
