import type {Cell, Matrix, Row} from '../../decision/matrix-schema.js';
import {shortNumber} from '../../decision/short-number.js';
import {
  countText,
  criterionNote,
  differenceText,
  flipText,
  intervalText,
  readingNote,
  rowReasons,
  verdictMarks,
} from '../matrix-words.js';
import {escapeHtml} from './escape.js';

/** The decision: options down, criteria across. */
export function matrixSection(matrix: Matrix): string {
  const {criteria, rows} = matrix;
  const heads = criteria.map(
    (criterion) =>
      `<th scope="col">${escapeHtml(criterion.title)}<small>${escapeHtml(criterionNote(criterion))}</small></th>`,
  );
  const scored = rows.some(({score}) => score !== null);
  const body = rows.map((row) => rowHtml(row, matrix, scored));
  const scoreHead = scored ? '<th scope="col">score<small>of 100</small></th>' : '';
  return [
    '<section><h2>Decision</h2>',
    `<div class="wide"><table><thead><tr><th scope="col">option</th>${heads.join('')}${scoreHead}<th scope="col">verdict</th></tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div>`,
    sentence(flipText(matrix)),
    ...rowReasons(matrix).map(sentence),
    `<p class="note">${escapeHtml(readingNote(matrix))}</p></section>`,
  ].join('\n');
}

function rowHtml(row: Row, {baseline, recommendation}: Matrix, scored: boolean): string {
  const {option, title, cells, verdict, reason} = row;
  const chosen = option === recommendation.option;
  // Said once where all were repeated equally often.
  const counts = new Set(cells.map(countText).filter((count) => count !== ''));
  const notes = [...(option === baseline ? ['baseline'] : []), ...(counts.size === 1 ? counts : [])].join(', ');
  const name = `${escapeHtml(title)}${chosen ? '<small class="good">recommended</small>' : ''}<small>${notes}</small>`;
  const score = scored ? `<td>${row.score === null ? '–' : shortNumber(row.score)}</td>` : '';
  const judged = `<td class="${verdict}" title="${escapeHtml(reason)}">${verdictMarks[verdict]} ${verdict}</td>`;
  const figures = cells.map((cell) => cellHtml(cell, counts.size > 1)).join('');
  return `<tr${chosen ? ' class="chosen"' : ''}><th scope="row">${name}</th>${figures}${score}${judged}</tr>`;
}

function cellHtml(cell: Cell, counted: boolean): string {
  const {verdict, difference, reason} = cell;
  const mark = verdict === null ? '' : `${verdictMarks[verdict]} `;
  const change =
    difference === null ? '' : `<span class="${difference.judgement}">${escapeHtml(differenceText(cell))}</span>`;
  const below = [counted ? countText(cell) : '', change].filter((part) => part !== '').join(' &ensp;');
  const kind = verdict === null ? '' : ` class="${verdict}"`;
  return `<td${kind} title="${escapeHtml(reason)}">${escapeHtml(`${mark}${intervalText(cell)}`)}<small>${below}</small></td>`;
}

function sentence(text: string): string {
  return text === '' ? '' : `<p>${escapeHtml(text)}</p>`;
}
