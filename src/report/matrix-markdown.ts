import type {Cell, Matrix} from '../decision/matrix-schema.js';
import {shortNumber} from '../decision/short-number.js';
import {markdownTable} from './markdown-table.js';
import {
  criterionNote,
  differenceText,
  flipText,
  readingNote,
  rowReasons,
  valueText,
  verdictMarks,
} from './matrix-words.js';

/** The matrix for a pull request or a page. */
export function matrixMarkdown(matrix: Matrix): string {
  const {title, criteria, rows, verdict, reason, recommendation, baseline} = matrix;
  const head = ['', ...criteria.map((each) => `${each.title} (${criterionNote(each)})`), 'score', 'verdict'];
  const body = rows.map(({option, title: name, cells, score, verdict: own}) => [
    `${name}${option === baseline ? ' (baseline)' : ''}`,
    ...cells.map(cellText),
    score === null ? '-' : shortNumber(score),
    `${verdictMarks[own]} ${own}`,
  ]);
  const chosen = rows.find(({option}) => option === recommendation.option);
  const parts = [
    `## ${title}`,
    markdownTable(head, body),
    `**${verdict}**: ${reason}`,
    chosen === undefined ? '' : `Recommended: **${chosen.title}**. ${flipText(matrix)}`.trim(),
    rowReasons(matrix).join('  \n'),
    readingNote(matrix),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function cellText(cell: Cell): string {
  const value = cell.verdict === null ? valueText(cell) : `${verdictMarks[cell.verdict]} ${valueText(cell)}`;
  return [value, differenceText(cell)].filter((part) => part !== '').join(', ');
}
