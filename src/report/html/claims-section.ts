import type {JudgedClaim} from '../../decision/claim.js';
import {claimNote} from '../claims-table.js';
import {escapeHtml} from './escape.js';

const kinds = {holds: 'pass', 'better than claimed': 'pass', 'does not hold': 'fail', unknown: 'unknown'};

/** What documents say beside what was measured. */
export function claimsSection(claims: readonly JudgedClaim[]): string {
  const heads = ['option', 'of', 'claimed', 'measured', '', 'what can be said of it'];
  return [
    '<section><h2>Claimed and measured</h2>',
    '<div class="wide"><table class="words"><thead><tr>',
    ...heads.map((head) => `<th scope="col">${head === '' ? '<span class="unseen">verdict</span>' : head}</th>`),
    `</tr></thead><tbody>${claims.map(claimRow).join('\n')}</tbody></table></div>`,
    `<p class="note">${escapeHtml(claimNote)}</p></section>`,
  ].join('\n');
}

function claimRow({option, criterion, printed, source, measured, word, remark = ''}: JudgedClaim): string {
  const said = `<td>${escapeHtml(printed)}<small>${escapeHtml(source)}</small></td>`;
  const judged = `<td class="${kinds[word]} whole">${escapeHtml(word)}</td>`;
  const [name, what, seen, about] = [option, criterion, measured, remark].map(escapeHtml);
  return `<tr><th scope="row" class="whole">${name}</th><td>${what}</td>${said}<td>${seen}</td>${judged}<td>${about}</td></tr>`;
}
