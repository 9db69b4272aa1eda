import type {Matrix} from '../../decision/matrix-schema.js';
import type {ThresholdResult} from '../../decision/threshold.js';
import type {Verdict} from '../../decision/verdict.js';
import {percentileChart, timeChart} from '../chart/run-charts.js';
import {markdownTable} from '../markdown-table.js';
import {matrixMarkdown} from '../matrix-markdown.js';
import {matrixTable} from '../matrix-table.js';
import {verdictMarks} from '../matrix-words.js';
import type {Paints} from '../paints.js';
import {tableWithin} from '../table.js';
import {noLimit, wrapped} from '../wrap.js';
import {type BenchRun, errorLines, generatorTable, latencyTable, loadTable, thresholdTable} from './bench-text.js';
import {type StackFiguresShown, stackFiguresNotes, stackFiguresRow} from './stack-figures-table.js';

interface ShownRun extends BenchRun {
  target: string;
  workload: string;
  profile: {text: string; connections: number};
  seconds: readonly {atSecond: number; errors: number; p99: number | null}[];
  distribution: readonly {percentile: number; latencyMs: number}[];
}

interface Outcome {
  verdict: Verdict;
  reason: string;
  thresholds: readonly ThresholdResult[];
  runs: readonly ShownRun[];
  /** What the stack did meanwhile, where it is one of ours. */
  figures?: {now: StackFiguresShown} | undefined;
  /** Now against a baseline. */
  matrix?: Matrix | undefined;
}

/** A bench for a terminal: figures, charts of the last run, thresholds, the comparison, the verdict. */
export function benchText(
  {verdict, reason, thresholds, runs, figures, matrix}: Outcome,
  paints: Paints,
  width = noLimit,
): string {
  const last = runs.at(-1);
  if (last === undefined) return wrapped(reason, width);
  const table = tableWithin(width);
  const text = (long: string) => wrapped(long, width);
  const errors = errorLines(runs);
  const paint = {pass: paints.good, fail: paints.bad, unknown: paints.unsure}[verdict];
  const parts = [
    text(`${paints.strong(last.target)}: ${last.profile.text}; ${last.workload}`),
    latencyTable(runs, table),
    loadTable(runs, table),
    generatorTable(runs, table),
    errors.length === 0 ? '' : paints.bad(`Errors by kind:\n${errors.join('\n')}`),
    ...charts(last),
    ...waitedText(runs).map((line) => paints.faint(text(line))),
    figures === undefined ? '' : stackFiguresRow(figures.now, table),
    ...(figures === undefined ? [] : stackFiguresNotes([figures.now]).map(text)),
    thresholdTable(thresholds, table),
    matrix === undefined ? '' : `${paints.strong(matrix.title)}\n${matrixTable(matrix, paints, width)}`,
    text(`${paint(verdict)}: ${reason}`),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}`;
}

/** The same for a pull request or a page. */
export function benchMarkdown({verdict, reason, thresholds, runs, figures, matrix}: Outcome): string {
  const [first] = runs;
  const errors = errorLines(runs).map((line) => `* ${line.trim()}`);
  const parts = [
    first === undefined ? '' : `## ${first.target}\n\n${first.profile.text}; ${first.workload}`,
    `**${verdictMarks[verdict]} ${verdict}**: ${reason}`,
    latencyTable(runs, markdownTable),
    loadTable(runs, markdownTable),
    generatorTable(runs, markdownTable),
    errors.join('\n'),
    figures === undefined ? '' : stackFiguresRow(figures.now, markdownTable),
    ...(figures === undefined ? [] : stackFiguresNotes([figures.now])),
    thresholdTable(thresholds, markdownTable),
    matrix === undefined ? '' : matrixMarkdown(matrix).trim(),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Of one answer, or of one second, there is nothing to draw. */
function charts({distribution, requests, errors, seconds}: ShownRun): string[] {
  if (requests - errors.total < 2 || distribution.length < 2) return [];
  const time = seconds.filter(({p99}) => p99 !== null).length < 2 ? [] : [timeChart(seconds).join('\n')];
  return [percentileChart(distribution, requests).join('\n'), ...time];
}

function waitedText(runs: readonly ShownRun[]): string[] {
  const waited = Math.max(...runs.map(({waitedForConnectionRatio}) => waitedForConnectionRatio));
  if (waited <= 0.01) return [];
  const share = `${(100 * waited).toFixed(0)} % of the requests waited for one of ${runs[0]?.profile.connections} connections`;
  return [`${share}: the target is slower than the rate, or --connections is too low.`];
}
