import {describe, expect, it} from 'vitest';
import {Histogram} from '../../src/stats/histogram.js';
import {quantile} from '../../src/stats/quantile.js';
import {seededRandom} from '../../src/stats/random.js';

const random = seededRandom(1);
const sample = Array.from({length: 50_000}, () => Math.floor(Math.exp(random() * 18)));

function of(values: readonly number[], bits?: number): Histogram {
  const histogram = new Histogram(bits);
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('a histogram', () => {
  it('of parts that were merged is that of all: nothing is lost', () => {
    const parts = [sample.slice(0, 7), sample.slice(7, 20_000), sample.slice(20_000)].map((part) => of(part));
    const merged = new Histogram();
    for (const part of parts) merged.merge(structuredClone(part.data()));
    expect(merged.data()).toEqual(of(sample).data());
  });

  it.each([0.5, 0.9, 0.99, 0.999, 1])('has the %f quantile within a thousandth', (q) => {
    const exact = quantile(sample, q);
    const measured = of(sample).quantile(q) ?? Number.NaN;
    expect(Math.abs(measured - exact) / exact).toBeLessThan(0.002);
  });

  it('is exact for small values, and for the largest, the mean and the count of any', () => {
    const histogram = of([0, 1, 2, 3, 3, 1_000, 987_654_321]);
    expect(histogram.quantile(0.5)).toBe(3);
    expect(histogram.quantile(0)).toBe(0);
    expect(histogram.max).toBe(987_654_321);
    expect(histogram.quantile(1)).toBe(987_654_321);
    expect(histogram.count).toBe(7);
    expect(histogram.mean).toBeCloseTo((1_009 + 987_654_321) / 7);
  });

  it('counts the share above a limit', () => {
    expect(of([500, 999, 1_000, 1_001, 5_000]).shareAbove(1_000)).toBeCloseTo(0.4);
  });

  it('of nothing knows nothing', () => {
    const histogram = new Histogram();
    expect([histogram.quantile(0.99), histogram.max, histogram.mean, histogram.shareAbove(0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('starts again after a reset', () => {
    const histogram = of(sample);
    histogram.reset();
    histogram.record(7);
    expect(histogram.data()).toEqual(of([7]).data());
  });

  it('refuses one with other buckets', () => {
    expect(() => new Histogram(11).merge(new Histogram(8).data())).toThrow(RangeError);
  });
});
