import type {Cell, Matrix, Row} from '../decision/matrix-schema.js';
import {shortNumber} from '../decision/short-number.js';
import type {Verdict} from '../decision/verdict.js';
import {
  criterionNote,
  differenceText,
  flipText,
  readingNote,
  rowReasons,
  valueText,
  verdictMarks,
} from './matrix-words.js';
import type {Paints} from './paints.js';
import {tableWithin} from './table.js';
import {hanging, noLimit, wrapped} from './wrap.js';

/** The matrix for a terminal: options down, criteria across, or one block per option where that is too wide; then the verdict in words. */
export function matrixTable(matrix: Matrix, paints: Paints, width = noLimit): string {
  const {criteria, rows, verdict, reason, recommendation, baseline} = matrix;
  const scored = rows.some(({score}) => score !== null);
  const titles = criteria.map((criterion) => `${criterion.title.toUpperCase()}\n${criterionNote(criterion)}`);
  const head = ['OPTION', ...titles, ...(scored ? ['SCORE\nof 100'] : []), 'VERDICT'];
  const body = rows.map((row) => [
    row.option === baseline ? `${row.title}\n(baseline)` : row.title,
    ...row.cells.map((cell) => cellText(cell, paints)),
    ...(scored ? [row.score === null ? '-' : shortNumber(row.score)] : []),
    verdictText(row, paints),
  ]);
  const paint = verdictPaint(verdict, paints);
  const lines = [
    tableWithin(width)(head, body),
    '',
    wrapped(`${paint(verdict.toUpperCase())}: ${reason}`, width),
    ...(recommendation.option === null
      ? []
      : [wrapped(`Recommended: ${paints.strong(titleOf(matrix, recommendation.option))}`, width)]),
    wrapped(flipText(matrix), width),
    ...rowReasons(matrix).map((line) => hanging('', line, width)),
    paints.faint(wrapped(readingNote(matrix), width)),
  ];
  return lines.filter((line, index) => index === 1 || line !== '').join('\n');
}

function cellText(cell: Cell, paints: Paints): string {
  const {verdict, difference} = cell;
  const value = verdict === null ? valueText(cell) : `${verdictMarks[verdict]} ${valueText(cell)}`;
  const change = differenceText(cell);
  const first = verdict === null ? value : verdictPaint(verdict, paints)(value);
  if (change === '' || difference === null) return first;
  const paint = {better: paints.good, worse: paints.bad, unknown: paints.unsure, same: paints.faint};
  return `${first}\n${paint[difference.judgement](change)}`;
}

function verdictText({verdict}: Row, paints: Paints): string {
  return verdictPaint(verdict, paints)(`${verdictMarks[verdict]} ${verdict}`);
}

function verdictPaint(verdict: Verdict, {good, bad, unsure}: Paints): (text: string) => string {
  return {pass: good, fail: bad, unknown: unsure}[verdict];
}

function titleOf({rows}: Matrix, option: string): string {
  return rows.find((row) => row.option === option)?.title ?? option;
}
