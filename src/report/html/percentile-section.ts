import {shortNumber} from '../../decision/short-number.js';
import type {ThresholdResult} from '../../decision/threshold.js';
import {ninesOf} from '../chart/percentile-curve.js';
import {type DrawnLimit, drawnLimits, fittingLimits} from './drawn-limits.js';
import {escapeHtml} from './escape.js';
import {highestOf, plot} from './plot.js';
import type {ReportSeries} from './report-input.js';
import {figure, scaleGroups} from './scale-groups.js';
import {percentileCurve} from './series-curves.js';

const named = [0, 50, 90, 99, 99.9, 99.99, 99.999];

/** The thresholds that no plot shows, because they are far above; empty where there are none. */
function limitsAbove(limits: readonly DrawnLimit[], largest: number): string {
  const {above} = fittingLimits(limits, largest);
  if (above.length === 0) return '';
  return `<p class="note">Far above the plot: ${escapeHtml(above.map(({label}) => label).join(', '))}.</p>`;
}

/** Latency by percentile: the whole distribution, the tail given its room. */
export function percentileSection(series: readonly ReportSeries[], thresholds: readonly ThresholdResult[]): string {
  const curves = series.map((each, colour) => ({...percentileCurve(each), colour}));
  const deepest = Math.max(1, ...curves.flatMap(({points}) => points.map((point) => point?.x ?? 0)));
  const ticks = named.map((at) => ({at: ninesOf(at), label: at === 0 ? 'fastest' : `p${at}`}));
  const limits = drawnLimits(thresholds, ['p50', 'p90', 'p95', 'p99', 'p999', 'max']);
  const figures = scaleGroups(curves).map((group, index) => {
    const described = group.map(({label, points}) => {
      const worst = points.findLast((point) => point !== null);
      return `${label}: up to ${shortNumber(worst?.y ?? Number.NaN)} ms at its rarest percentile`;
    });
    const svg = plot({
      id: `percentiles-${index}`,
      title: `Latency by percentile: ${group.map(({label}) => label).join(', ')}`,
      description: described.join('; '),
      curves: group,
      unit: 'ms',
      x: {
        ticks: ticks.filter(({at}) => at <= deepest + 1e-9),
        from: 0,
        to: deepest,
        title: 'share of requests answered by then: each step to the right is ten times rarer',
      },
      height: 340,
      limits,
      valuesAt: group.length === 1 ? [50, 90, 99, 99.9].map(ninesOf) : [],
    });
    return figure(svg, group, index);
  });
  const repeats = Math.max(0, ...series.map(({runs}) => runs.length));
  const spread = repeats > 1 ? ` Lines are medians of up to ${repeats} repeats, bands their range.` : '';
  return [
    '<section><h2>Latency by percentile</h2>',
    `<p class="note">From the scheduled send time of a request to its answer.${spread}</p>`,
    ...figures,
    limitsAbove(limits, highestOf(curves)),
    '</section>',
  ].join('\n');
}
