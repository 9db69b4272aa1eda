import {expect, it} from 'vitest';
import {median, quantile} from '../../src/stats/quantile.js';
import {cosine, largestDifference, norm, unitPrefix} from '../../src/stats/vectors.js';

it('quantiles interpolate between order statistics', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46, 10);
  expect(quantile([7], 0.99)).toBe(7);
});

it('of no sample there is no quantile', () => {
  expect(quantile([], 0.5)).toBeNaN();
});

it('a unit prefix has length 1 and the direction of the beginning', () => {
  expect(unitPrefix([3, 4, 12], 2)).toEqual([0.6, 0.8]);
  expect(norm(unitPrefix([1, 2, 3, 4], 3))).toBeCloseTo(1, 12);
});

it('cosine is 1 for the same direction, 0 for a right angle', () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
  expect(cosine([1, 0], [0, 5])).toBe(0);
});

it('vectors of different widths are never equal', () => {
  expect(largestDifference([1, 2], [1, 2, 3])).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference([1, 2], [1, 2.5])).toBe(0.5);
});
