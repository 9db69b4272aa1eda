import type {JudgedClaim} from '../decision/claim.js';
import {markdownTable} from './markdown-table.js';
import type {Paints} from './paints.js';
import {tableWithin} from './table.js';
import {noLimit, wrapped} from './wrap.js';

/** Below every table of claims. */
export const claimNote =
  'A claim holds if it lies in the 95 % interval measured here. The claims are from another machine and other texts: ' +
  'absolute figures compare two machines, only the factors (3x) compare two options.';

const claimHead = ['option', 'of', 'claimed', 'measured', 'verdict', 'source', 'remark'];

/** What documents say beside what was measured, for a terminal. */
export function claimsTable(claims: readonly JudgedClaim[], paints: Paints, width = noLimit): string {
  const paint = {
    holds: paints.good,
    'better than claimed': paints.good,
    'does not hold': paints.bad,
    unknown: paints.unsure,
  };
  const rows = claims.map((claim) => {
    return claimCells(claim).map((cell, index) => (claimHead[index] === 'verdict' ? paint[claim.word](cell) : cell));
  });
  const head = claimHead.map((title) => title.toUpperCase());
  return `${tableWithin(width)(head, rows)}\n${paints.faint(wrapped(claimNote, width))}`;
}

/** The same in Markdown. */
export function claimsMarkdown(claims: readonly JudgedClaim[]): string {
  return `${markdownTable(claimHead, claims.map(claimCells))}\n\n${claimNote}\n`;
}

function claimCells({option, criterion, printed, measured, word, source, remark = ''}: JudgedClaim): string[] {
  return [option, criterion, printed, measured, word, source, remark];
}
