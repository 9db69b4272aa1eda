import {expect, it} from 'vitest';
import {binomialBound} from '../../src/stats/binomial-bound.js';
import {medianDifference, medianRatio} from '../../src/stats/bootstrap.js';
import {holm} from '../../src/stats/holm.js';
import {mannWhitney} from '../../src/stats/mann-whitney.js';
import {normalAbove} from '../../src/stats/normal.js';
import {seededRandom} from '../../src/stats/random.js';
import {meanInterval, medianInterval} from '../../src/stats/repeat-interval.js';

it('the rank test agrees with published examples, exact', () => {
  // Hollander and Wolfe, Nonparametric Statistical Methods (1973), p. 69 (permeability of membranes): one-sided P = .1272.
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];
  const result = mannWhitney(term, early);
  expect(result).toMatchObject({u: 35, method: 'exact', above: 0.7});
  expect(result.p / 2).toBeCloseTo(0.1272061272061272, 12);
  // The example of scipy.stats.mannwhitneyu: males and females at diagnosis.
  expect(mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12])).toMatchObject({u: 17, p: expect.closeTo(1 / 9, 12)});
  // 3 against 3 without overlap: 2 of the 20 orders are as far out.
  expect(mannWhitney([1, 2, 3], [4, 5, 6]).p).toBeCloseTo(0.1, 12);
});

it('the rank test agrees with scipy where there are ties or many values', () => {
  const tied = mannWhitney([1, 2, 2, 3, 3, 3, 4, 5, 5, 6], [2, 3, 4, 4, 5, 6, 6, 7, 7, 8]);
  expect(tied).toMatchObject({u: 23.5, method: 'normal', p: expect.closeTo(0.047069540401444114, 10)});
  const many = Array.from({length: 40}, (_, index) => index * 2);
  const shifted = mannWhitney(
    many,
    many.map((value) => value + 9),
  );
  expect(shifted).toMatchObject({u: 630, method: 'normal', p: expect.closeTo(0.10288725776167064, 10)});
});

it('equal samples and empty samples are no difference and no answer', () => {
  expect(mannWhitney([5, 5, 5], [5, 5, 5]).p).toBe(1);
  expect(mannWhitney([], [1]).p).toBeNaN();
});

it('normal tails keep their digits far out', () => {
  expect(normalAbove(0)).toBe(0.5);
  expect(normalAbove(1.96)).toBeCloseTo(0.024997895148220435, 14);
  expect(normalAbove(-1.96)).toBeCloseTo(0.975002104851779, 14);
  expect(normalAbove(3.1) / 0.0009676032132183563).toBeCloseTo(1, 10);
  expect(normalAbove(8) / 6.22096057427174e-16).toBeCloseTo(1, 10);
});

it('Holm raises the smallest p-value most and keeps the order', () => {
  // By hand from the definition: .005 x 4, .01 x 3, .03 x 2, and .04 x 1 raised to the one before.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

it('binomial bounds are those of Clopper and Pearson', () => {
  // 0 of 20: 1 - 0.025^(1/20), the closed form; the others scipy.stats.binomtest(k, n).proportion_ci('exact').
  expect(binomialBound(0, 20)).toMatchObject({low: 0, high: expect.closeTo(1 - 0.025 ** (1 / 20), 12)});
  expect(binomialBound(20, 20)).toMatchObject({low: expect.closeTo(0.025 ** (1 / 20), 12), high: 1});
  const some = binomialBound(7, 20);
  expect(some.low).toBeCloseTo(0.1539092047845412, 10);
  expect(some.high).toBeCloseTo(0.5921885345328283, 10);
  const many = binomialBound(38, 1_000, 0.9);
  expect(many.low).toBeCloseTo(0.028583022335803707, 10);
  expect(many.high).toBeCloseTo(0.04951287025592587, 10);
});

it('a median of ten repeats lies between the second and the ninth', () => {
  const repeats = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];
  expect(medianInterval(repeats)).toMatchObject({value: 5.5, low: 2, high: 9, level: expect.closeTo(0.978515625, 12)});
});

it('too few repeats say what their range is worth', () => {
  expect(medianInterval([3, 1, 2, 5, 4])).toMatchObject({low: 1, high: 5, level: expect.closeTo(0.9375, 12)});
  expect(medianInterval([7])).toEqual({value: 7, low: 7, high: 7, level: 0});
  expect(medianInterval([]).value).toBeNaN();
});

it('a mean has the interval of Student', () => {
  // t(0.975) with 4 degrees of freedom is 2.776445 (any table); the deviation of 1..5 is sqrt(2.5).
  const {value, low, high} = meanInterval([1, 2, 3, 4, 5]);
  const half = 2.7764451051977987 * Math.sqrt(2.5 / 5);
  expect([value, low, high].map((x) => x.toFixed(8))).toEqual([3, 3 - half, 3 + half].map((x) => x.toFixed(8)));
  expect(meanInterval([2])).toMatchObject({value: 2, level: 0});
});

it('bootstrap intervals hold the true ratio about as often as they say', () => {
  const random = seededRandom(11);
  const sample = () => Array.from({length: 20}, () => Math.exp(0.3 * (random() + random() + random() - 1.5)));
  let held = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const {low, high} = medianRatio(
      sample().map((x) => x * 1.25),
      sample(),
      {seed, resamples: 300},
    );
    if (low <= 1.25 && 1.25 <= high) held += 1;
  }
  expect(held / 300).toBeGreaterThan(0.9);
  expect(held / 300).toBeLessThan(0.995);
});

it('the same seed gives the same interval, another seed another', () => {
  const [a, b] = [
    [1, 4, 2, 8, 5],
    [3, 1, 4, 1, 5],
  ];
  expect(medianDifference(a, b, {seed: 1})).toEqual(medianDifference(a, b, {seed: 1}));
  expect(medianDifference(a, b, {seed: 1}).value).toBe(1);
  const first = Array.from({length: 5}, seededRandom(1));
  expect(first).not.toEqual(Array.from({length: 5}, seededRandom(2)));
});
