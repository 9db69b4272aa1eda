import {shortNumber} from '../../decision/short-number.js';
import {blockChart} from './block-chart.js';
import {deepestNines, latencyAt, type Percentile} from './percentile-curve.js';

export interface ChartedSecond {
  atSecond: number;
  errors: number;
  p99: number | null;
}

const named = [0, 50, 90, 99, 99.9, 99.99, 99.999];

/** Latency by percentile as lines for a terminal, the rare ones given as much room as the common. */
export function percentileChart(distribution: readonly Percentile[], requests: number, width = 60): string[] {
  const deepest = deepestNines(requests);
  const values = Array.from({length: width}, (_, column) => latencyAt(distribution, (column / (width - 1)) * deepest));
  const marks = named.flatMap((percentile) => {
    const column = Math.round((-Math.log10(1 - percentile / 100) / deepest) * (width - 1));
    return column < width ? [{column, label: percentile === 0 ? 'p0' : `p${percentile}`}] : [];
  });
  return ['Latency by percentile', ...blockChart({values, unit: 'ms', height: 8, marks})];
}

/** The p99 of each second as lines for a terminal; seconds with errors are marked below. */
export function timeChart(seconds: readonly ChartedSecond[], width = 60): string[] {
  const perColumn = Math.max(1, Math.ceil(seconds.length / width));
  const columns = Array.from({length: Math.ceil(seconds.length / perColumn)}, (_, index) =>
    seconds.slice(index * perColumn, (index + 1) * perColumn),
  );
  const values = columns.map((group) => {
    const seen = group.flatMap(({p99}) => (p99 === null ? [] : [p99]));
    return seen.length === 0 ? null : Math.max(...seen);
  });
  const last = seconds.at(-1)?.atSecond ?? 0;
  const marks = [
    {column: 0, label: '0 s'},
    {column: Math.max(0, columns.length - 4), label: `${shortNumber(last + 1)} s`},
  ];
  const failed = columns.map((group) => (group.some(({errors}) => errors > 0) ? '×' : ' ')).join('');
  const title = perColumn === 1 ? 'p99 of each second' : `p99, worst of each ${perColumn} seconds`;
  const lines = [title, ...blockChart({values, unit: 'ms', height: 6, marks})];
  if (failed.trim() === '') return lines;
  const indent = (lines[1]?.indexOf('│') ?? 0) + 1;
  return [...lines, `${'errors'.padEnd(indent)}${failed}`.trimEnd()];
}
