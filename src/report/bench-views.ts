import type {Matrix} from '../decision/matrix-schema.js';
import type {ThresholdResult} from '../decision/threshold.js';
import type {Verdict} from '../decision/verdict.js';
import {type BenchRun, errorLines, generatorTable, latencyTable, loadTable, thresholdTable} from './bench-text.js';
import {percentileChart, timeChart} from './chart/run-charts.js';
import {markdownTable} from './markdown-table.js';
import {matrixMarkdown} from './matrix-markdown.js';
import {matrixTable} from './matrix-table.js';
import {verdictMarks} from './matrix-words.js';
import type {Paints} from './paints.js';
import {type StackFiguresShown, stackFiguresRow} from './stack-figures-table.js';

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
export function benchText({verdict, reason, thresholds, runs, figures, matrix}: Outcome, paints: Paints): string {
  const last = runs.at(-1);
  if (last === undefined) return reason;
  const errors = errorLines(runs);
  const paint = {pass: paints.good, fail: paints.bad, unknown: paints.unsure}[verdict];
  const parts = [
    `${paints.strong(last.target)}: ${last.profile.text}; ${last.workload}`,
    latencyTable(runs),
    loadTable(runs),
    generatorTable(runs),
    errors.length === 0 ? '' : paints.bad(`Errors by kind:\n${errors.join('\n')}`),
    ...charts(last),
    ...waitedText(runs).map(paints.faint),
    figures === undefined ? '' : stackFiguresRow(figures.now),
    thresholdTable(thresholds),
    matrix === undefined ? '' : `${paints.strong(matrix.title)}\n${matrixTable(matrix, paints)}`,
    `${paint(verdict)}: ${reason}`,
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
    thresholdTable(thresholds, markdownTable),
    matrix === undefined ? '' : matrixMarkdown(matrix).trim(),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function charts({distribution, requests, errors, seconds}: ShownRun): string[] {
  if (requests === errors.total || distribution.length === 0) return [];
  const time = seconds.length < 2 ? [] : [timeChart(seconds).join('\n')];
  return [percentileChart(distribution, requests).join('\n'), ...time];
}

function waitedText(runs: readonly ShownRun[]): string[] {
  const waited = Math.max(...runs.map(({waitedForConnectionRatio}) => waitedForConnectionRatio));
  if (waited <= 0.01) return [];
  const share = `${(100 * waited).toFixed(0)} % of the requests waited for one of ${runs[0]?.profile.connections} connections`;
  return [`${share}: the target is slower than the rate, or --connections too few.`];
}
