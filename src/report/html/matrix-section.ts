import type {Cell, Matrix} from '../../decision/matrix-schema.js';
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
  const {criteria, rows, baseline, recommendation} = matrix;
  const heads = criteria.map(
    (criterion) =>
      `<th scope="col">${escapeHtml(criterion.title)}<small>${escapeHtml(criterionNote(criterion))}</small></th>`,
  );
  const scored = rows.some(({score}) => score !== null);
  const body = rows.map((row) => {
    const marks = [
      ...(row.option === recommendation.option ? ['<small class="good">recommended</small>'] : []),
      ...(row.option === baseline ? ['<small>baseline</small>'] : []),
    ];
    const score = scored ? `<td>${row.score === null ? '–' : shortNumber(row.score)}</td>` : '';
    const verdict = `<td class="${row.verdict}" title="${escapeHtml(row.reason)}">${verdictMarks[row.verdict]} ${row.verdict}</td>`;
    const chosen = row.option === recommendation.option ? ' class="chosen"' : '';
    const name = `<th scope="row">${escapeHtml(row.title)}${marks.join('')}</th>`;
    return `<tr${chosen}>${name}${row.cells.map(cellHtml).join('')}${score}${verdict}</tr>`;
  });
  const scoreHead = scored ? '<th scope="col">score<small>of 100</small></th>' : '';
  return [
    '<section><h2>Decision</h2>',
    `<div class="wide"><table><thead><tr><th scope="col">option</th>${heads.join('')}${scoreHead}<th scope="col">verdict</th></tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div>`,
    sentence(recommendation.reason),
    sentence(flipText(matrix)),
    ...rowReasons(matrix).map(sentence),
    `<p class="note">${escapeHtml(readingNote(matrix))}</p></section>`,
  ].join('\n');
}

function cellHtml(cell: Cell): string {
  const {verdict, difference, reason} = cell;
  const mark = verdict === null ? '' : `${verdictMarks[verdict]} `;
  const change = differenceText(cell);
  const judged = difference === null ? '' : `<span class="${difference.judgement}">${escapeHtml(change)}</span>`;
  const below = [countText(cell), judged].filter((part) => part !== '').join(' &ensp;');
  const kind = verdict === null ? '' : ` class="${verdict}"`;
  return `<td${kind} title="${escapeHtml(reason)}">${escapeHtml(`${mark}${intervalText(cell)}`)}<small>${below}</small></td>`;
}

function sentence(text: string): string {
  return text === '' ? '' : `<p>${escapeHtml(text)}</p>`;
}
