import {describe, expect, it} from 'vitest';
import {heatLine} from '../../../src/report/heat-line.js';
import {textChart} from '../../../src/report/text-chart.js';

describe('a heat line', () => {
  it('shows what is slow, by orders of magnitude', () => {
    expect(heatLine([1, 10, 100, 1_000], 10)).toBe('▁▃▆█');
  });

  it('is flat where nothing differs, and dotted where nothing was measured', () => {
    expect(heatLine([5, 5.5, 6, null], 10)).toBe('▁▁▁·');
    expect(heatLine([null, null], 10)).toBe('··');
  });

  it('has the last values where there are more than fit', () => {
    expect(heatLine([1, 1, 1, 1_000], 2)).toBe('▁█');
  });
});

describe('a chart', () => {
  it('puts the points where they belong, y by orders of magnitude', () => {
    const chart = textChart([{name: 'p99', mark: '*', points: [0, 1, 2].map((x) => ({x, y: 10 ** x}))}], {
      width: 5,
      height: 3,
      xLabel: 's',
      yLabel: 'ms',
    });
    expect(chart.split('\n')).toEqual([
      'ms  * p99',
      '     100 │    *',
      '      10 │  *',
      '       1 │*',
      '         └─────',
      '          0   2 s',
    ]);
  });

  it('of nothing is nothing', () => {
    expect(textChart([{name: 'p99', mark: '*', points: []}], {width: 5, height: 3, xLabel: '', yLabel: ''})).toBe('');
  });
});
