import type {Criterion} from '../../decision/criterion.js';
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
import {type ColumnHead, headHtml, labelled} from './cell.js';
import {escapeHtml} from './escape.js';

/** The decision: options down, criteria across. */
export function matrixSection(matrix: Matrix): string {
  const {criteria, rows} = matrix;
  const scored = rows.some(({score}) => score !== null);
  const heads = [{title: 'option'}, ...criteria.map(criterionHead), ...(scored ? [scoreHead] : []), verdictHead];
  const body = rows.map((row) => rowHtml(row, matrix, scored));
  return [
    '<section><h2>Decision</h2>',
    `<table><thead><tr>${heads.map(headHtml).join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table>`,
    sentence(flipText(matrix)),
    ...rowReasons(matrix).map(sentence),
    `<p class="note">${escapeHtml(readingNote(matrix))}</p></section>`,
  ].join('\n');
}

const scoreHead: ColumnHead = {title: 'score', note: 'of 100'};
const verdictHead: ColumnHead = {title: 'verdict'};

function criterionHead(criterion: Criterion): ColumnHead {
  return {title: criterion.title, note: criterionNote(criterion)};
}

function rowHtml(row: Row, {criteria, baseline, recommendation}: Matrix, scored: boolean): string {
  const {option, title, cells, verdict, reason} = row;
  const chosen = option === recommendation.option;
  // Said once where all were repeated equally often.
  const counts = new Set(cells.map(countText).filter((count) => count !== ''));
  const notes = [...(option === baseline ? ['baseline'] : []), ...(counts.size === 1 ? counts : [])].join(', ');
  const name = `${escapeHtml(title)}${chosen ? '<small class="good">recommended</small>' : ''}<small>${notes}</small>`;
  const score = scored ? `<td${labelled(scoreHead)}>${row.score === null ? '–' : shortNumber(row.score)}</td>` : '';
  const judged = `<td${labelled(verdictHead)} class="${verdict}" title="${escapeHtml(reason)}">${verdictMarks[verdict]} ${verdict}</td>`;
  const figures = cells.map((cell, place) => cellHtml(cell, criteria[place], counts.size > 1)).join('');
  return `<tr${chosen ? ' class="chosen"' : ''}><th scope="row">${name}</th>${figures}${score}${judged}</tr>`;
}

function cellHtml(cell: Cell, criterion: Criterion | undefined, counted: boolean): string {
  const {verdict, difference, reason} = cell;
  const mark = verdict === null ? '' : `${verdictMarks[verdict]} `;
  const change =
    difference === null ? '' : `<span class="${difference.judgement}">${escapeHtml(differenceText(cell))}</span>`;
  const below = [counted ? countText(cell) : '', change].filter((part) => part !== '').join(' &ensp;');
  const kind = verdict === null ? '' : ` class="${verdict}"`;
  const head = criterion === undefined ? '' : labelled(criterionHead(criterion));
  return `<td${head}${kind} title="${escapeHtml(reason)}">${escapeHtml(`${mark}${intervalText(cell)}`)}<small>${below}</small></td>`;
}

function sentence(text: string): string {
  return text === '' ? '' : `<p>${escapeHtml(text)}</p>`;
}
