import {expect, it} from 'vitest';
import {neighbourOverlap} from '../../src/stats/neighbour-overlap.js';
import {spearman} from '../../src/stats/spearman.js';

it('the rank correlation agrees with values worked out by hand', () => {
  // Without ties 1 - 6 Σd² / (n (n² - 1)). Ranks 1 2 3 4 5 and 2 1 4 3 5: Σd² = 4, so 1 - 24 / 120.
  expect(spearman([10, 20, 30, 40, 50], [0.2, 0.1, 0.4, 0.3, 0.5])).toBeCloseTo(0.8, 12);
  // Only the order counts, not how far apart.
  expect(spearman([1, 2, 3], [1, 1_000, 1e9])).toBeCloseTo(1, 12);
  expect(spearman([1, 2, 3, 4], [9, 7, 5, 3])).toBeCloseTo(-1, 12);
});

it('equal values share the mean of their ranks', () => {
  // Ranks 1 2.5 2.5 4 and 1 2 3 4; deviations -1.5 0 0 1.5 and -1.5 -.5 .5 1.5: 4.5 / sqrt(4.5 x 5).
  expect(spearman([3, 5, 5, 8], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  // Ranks 2 2 2 4 and 1 2.5 2.5 4; deviations -.5 -.5 -.5 1.5 and -1.5 0 0 1.5: 3 / sqrt(3 x 4.5).
  expect(spearman([7, 7, 7, 9], [1, 2, 2, 3])).toBeCloseTo(3 / Math.sqrt(13.5), 12);
});

it('what cannot be ranked is not a number', () => {
  expect(spearman([5, 5, 5], [1, 2, 3])).toBeNaN();
  expect(spearman([1], [1])).toBeNaN();
  expect(spearman([], [])).toBeNaN();
  expect(spearman([1, 2], [1, 2, 3])).toBeNaN();
  expect(spearman([1, Number.NaN, 3], [1, 2, 3])).toBeNaN();
});

/** Unit vectors at these degrees: the smaller the angle between two, the nearer. */
const at = (...degrees: number[]) =>
  degrees.map((degree) => [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)]);

it('neighbours kept agree with values worked out by hand', () => {
  const before = at(0, 10, 30, 60);
  expect(neighbourOverlap(before, before, 2)).toBe(1);
  // Turning all, or making all longer, changes no neighbour.
  expect(neighbourOverlap(before, at(40, 50, 70, 100), 2)).toBe(1);
  expect(
    neighbourOverlap(
      before,
      before.map((row) => row.map((value) => value * 7)),
      1,
    ),
  ).toBe(1);
  // Nearest before: 1 0 1 2. The third moves to 55 degrees; nearest after: 1 0 3 2. Three of four are kept.
  expect(neighbourOverlap(before, at(0, 10, 55, 60), 1)).toBe(0.75);
  // Two nearest before: {1 2} {0 2} {1 0} {2 1}; after: {1 2} {0 2} {3 1} {2 1}. Seven of eight.
  expect(neighbourOverlap(before, at(0, 10, 55, 60), 2)).toBe(0.875);
});

it('neighbours of too few rows, or of rows without direction, are no number', () => {
  expect(neighbourOverlap(at(0, 10), at(0, 10), 2)).toBeNaN();
  expect(neighbourOverlap(at(0, 10, 20), at(0, 10), 1)).toBeNaN();
  expect(neighbourOverlap([[0, 0], ...at(0, 10)], at(0, 10, 20), 1)).toBeNaN();
});
