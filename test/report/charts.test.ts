import {expect, it} from 'vitest';
import {blockChart} from '../../src/report/chart/block-chart.js';
import {deepestNines, latencyAt, ninesOf} from '../../src/report/chart/percentile-curve.js';
import {percentileChart, timeChart} from '../../src/report/chart/run-charts.js';
import {labelPlaces} from '../../src/report/html/label-places.js';
import {ticksFromZero} from '../../src/report/html/scale.js';
import {scaleGroups} from '../../src/report/html/scale-groups.js';
import {sampleRun} from '../support/sample-run.js';

it('a column is as high as its value, an eighth of a line exact', () => {
  const lines = blockChart({
    values: [0, 1, 5, 10, null, 10],
    unit: 'ms',
    height: 2,
    marks: [{column: 0, label: 'now'}],
  });
  expect(lines).toEqual(['10 ms │   █ █', ' 0 ms │ ▂██ █', '      └──────', '       now']);
});

it('the percentile curve of a run, and its time line with the second that failed', () => {
  const {distribution, requests, seconds} = sampleRun({
    seed: 3,
    medianMs: 10,
    perSecond: 100,
    seconds: 40,
    failing: [20],
  });
  expect(
    `\n${[...percentileChart(distribution, requests), ...timeChart(seconds)].join('\n')}\n`,
  ).toMatchInlineSnapshot(`
    "
    Latency by percentile
    100 ms │
           │
           │                                                        ▁▁▂▂
           │                                          ▁▂▃▄▅▆▆▇▇▇▇▇▇█████
           │                                     ▁▂▄▆███████████████████
           │                             ▁▂▃▃▄▆▇████████████████████████
           │           ▁▁▁▂▂▂▂▃▃▄▄▄▅▆▆▆▇████████████████████████████████
      0 ms │▂▄▅▆▆▆▇▇████████████████████████████████████████████████████
           └────────────────────────────────────────────────────────────
            p0   p50        p90              p99             p99.9
    p99 of each second
    100 ms │
           │
           │                        ▁
           │        ▂      ▃        █▂    ▁   ▁▅
           │▇▁▄ █▃▃▆█▁▂▃▂  █▂▁▁▃▁▃ ▂██ ▂▁▅█▂▆ ██▁ ▃▇
      0 ms │█████████████████████████████████████▇██
           └────────────────────────────────────────
            0 s                                 40 s
    errors                      ×
    "
  `);
});

it('each nine is as wide as the one before', () => {
  expect([0, 90, 99, 99.9].map((percentile) => Number(ninesOf(percentile).toFixed(9)))).toEqual([0, 1, 2, 3]);
  expect(deepestNines(10_000)).toBe(4);
});

it('between the points of a distribution the latency is between theirs, beyond them there is none', () => {
  const points = [
    {percentile: 0, latencyMs: 1},
    {percentile: 50, latencyMs: 3},
    {percentile: 90, latencyMs: 11},
  ];
  expect(latencyAt(points, ninesOf(70))).toBeCloseTo(7, 9);
  expect(latencyAt(points, 0)).toBe(1);
  expect(latencyAt(points, ninesOf(99))).toBeNull();
  expect(latencyAt([], 1)).toBeNull();
});

it('axes begin at zero and end at a round number', () => {
  expect(ticksFromZero(97, 4)).toEqual([0, 25, 50, 75, 100]);
  expect(ticksFromZero(0.31, 4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(ticksFromZero(0, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

it('labels that meet step aside and stay on the page', () => {
  expect(labelPlaces([50, 52, 10], {gap: 16, top: 0, bottom: 200})).toEqual([50, 66, 10]);
  expect(labelPlaces([195, 199], {gap: 16, top: 0, bottom: 200})).toEqual([184, 200]);
});

it('lines too far apart for one axis from zero get one each', () => {
  const curve = (label: string, y: number) => ({label, points: [{x: 0, y, low: y, high: y}]});
  const groups = scaleGroups([curve('a', 100), curve('b', 2), curve('c', 60), curve('d', 1)]);
  expect(groups.map((group) => group.map(({label}) => label))).toEqual([
    ['a', 'c'],
    ['b', 'd'],
  ]);
});
