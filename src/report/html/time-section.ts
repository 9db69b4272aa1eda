import {shortNumber} from '../../decision/short-number.js';
import type {ThresholdResult} from '../../decision/threshold.js';
import {drawnLimits} from './drawn-limits.js';
import {type Plot, plot} from './plot.js';
import type {ReportSeries} from './report-input.js';
import {ticksFromZero} from './scale.js';
import {figure, scaleGroups} from './scale-groups.js';
import {type Curve, secondsCurve} from './series-curves.js';

type Coloured = Curve & {colour: number};

/** Latency, rate and errors, second by second. */
export function timeSection(series: readonly ReportSeries[], thresholds: readonly ThresholdResult[]): string {
  const seconds = Math.max(
    1,
    ...series.flatMap(({runs}) => runs.flatMap((run) => run.seconds.map((each) => each.atSecond))),
  );
  const [only] = series;
  const latency: Coloured[] =
    series.length === 1 && only !== undefined
      ? [
          {...secondsCurve(only, ({p99}) => p99), label: 'p99', colour: 0},
          {...secondsCurve(only, ({p50}) => p50), label: 'p50', colour: 5},
        ]
      : series.map((each, colour) => ({...secondsCurve(each, ({p99}) => p99), colour}));
  const rate = series.map((each, colour) => ({
    ...secondsCurve(wholeSeconds(each), ({requests, errors}) => requests - errors),
    ...(series.length === 1 ? {label: 'answers'} : {}),
    colour,
  }));
  const errors = series.map((each, index) => ({
    ...secondsCurve(each, (second) => second.errors),
    ...(series.length === 1 ? {label: 'errors', colour: 6} : {colour: index}),
  }));
  const failed = errors.filter(({points}) => points.some((point) => point !== null && point.high > 0));
  if (latency.every(({points}) => points.length < 2)) {
    return '<section><h2>Latency over time</h2><p class="note">Nothing to plot: no run lasted two seconds.</p></section>';
  }
  const x = timeAxis(seconds);
  const limits = drawnLimits(thresholds, series.length === 1 ? ['p50', 'p99'] : ['p99']);
  const which = series.length === 1 ? 'p50 and p99' : 'p99';
  return [
    `<section><h2>Latency over time</h2><p class="note">${which} of each second.</p>`,
    ...scaleGroups(latency).map((group, index) =>
      figure(timePlot(`time-${index}`, 'Latency over time', group, 'ms', 260, x, {limits}), group, index),
    ),
    '<h3>Answers</h3>',
    ...scaleGroups(rate).map((group, index) =>
      figure(timePlot(`rate-${index}`, 'Answers over time', group, '/s', 170, x), group, index),
    ),
    '<h3>Errors</h3>',
    failed.length === 0
      ? '<p class="note">No request failed.</p>'
      : `<figure>${timePlot('errors', 'Errors over time', failed, '/s', 170, x, {drawn: 'bars'})}</figure>`,
    '</section>',
  ].join('\n');
}

/** The second in which a run ends is no whole one: what is counted in it is no rate. */
function wholeSeconds({label, runs}: ReportSeries): ReportSeries {
  const whole = runs.map((run) => {
    return {...run, seconds: run.seconds.filter(({atSecond}) => atSecond + 1 <= run.durationSeconds + 0.001)};
  });
  return whole.some(({seconds}) => seconds.length > 0) ? {label, runs: whole} : {label, runs};
}

interface TimeAxis {
  ticks: {at: number; label: string}[];
  from: number;
  to: number;
  title: string;
}

function timeAxis(last: number): TimeAxis {
  const ticks = ticksFromZero(last, 6).filter((at) => at <= last);
  return {ticks: ticks.map((at) => ({at, label: `${at} s`})), from: 0, to: last + 1, title: 'since the warm-up ended'};
}

function timePlot(
  id: string,
  title: string,
  curves: Coloured[],
  unit: string,
  height: number,
  x: TimeAxis,
  more: Pick<Plot, 'drawn' | 'limits'> = {},
): string {
  const described = curves.map(({label, points}) => {
    const highest = Math.max(0, ...points.map((point) => point?.y ?? 0));
    return `${label}: at most ${shortNumber(highest)} ${unit}`;
  });
  return plot({id, title, description: described.join('; '), curves, unit, x, height, ...more});
}
