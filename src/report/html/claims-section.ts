import type {JudgedClaim} from '../../decision/claim.js';
import {claimNote} from '../claims-table.js';
import {type ColumnHead, headHtml, labelled} from './cell.js';
import {escapeHtml} from './escape.js';

const kinds = {holds: 'pass', 'better than claimed': 'pass', 'does not hold': 'fail', unknown: 'unknown'};

const heads = {
  option: {title: 'option'},
  of: {title: 'of'},
  claimed: {title: 'claimed'},
  measured: {title: 'measured'},
  verdict: {title: 'verdict', unseen: true},
  remark: {title: 'remark'},
} satisfies Record<string, ColumnHead>;

/** What documents say beside what was measured. */
export function claimsSection(claims: readonly JudgedClaim[]): string {
  return [
    '<section><h2>Claimed and measured</h2>',
    '<table class="words"><thead><tr>',
    ...Object.values(heads).map(headHtml),
    `</tr></thead><tbody>${claims.map(claimRow).join('\n')}</tbody></table>`,
    `<p class="note">${escapeHtml(claimNote)}</p></section>`,
  ].join('\n');
}

function claimRow({option, criterion, printed, source, measured, word, remark = ''}: JudgedClaim): string {
  const said = `<td${labelled(heads.claimed)}>${escapeHtml(printed)}<small>${escapeHtml(source)}</small></td>`;
  const judged = `<td${labelled(heads.verdict)} class="${kinds[word]} whole">${escapeHtml(word)}</td>`;
  const [name, what, seen, about] = [option, criterion, measured, remark].map(escapeHtml);
  return `<tr><th scope="row" class="whole">${name}</th>${[cell(heads.of, what), said, cell(heads.measured, seen), judged, cell(heads.remark, about)].join('')}</tr>`;
}

function cell(head: ColumnHead, html: string | undefined): string {
  return `<td${labelled(head)}>${html}</td>`;
}
