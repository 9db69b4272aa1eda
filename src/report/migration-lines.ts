import type {Verdict} from '../decision/verdict.js';
import {oneLine} from '../printable.js';
import {seenText} from './seen-text.js';

interface MigrationRow {
  id: string;
  says: string;
  claim: string;
  measured: number | string | null;
  computed?: true;
  verdict: Verdict;
  reason: string;
}

const marks: Record<Verdict, string> = {pass: '✔', fail: '✖', unknown: '?'};
const widths = {id: 18, verdict: 8, measured: 24, claim: 22};

/** Heads of the columns below. */
export const migrationHead = line(
  ' ',
  {id: 'ITEM', verdict: 'VERDICT', measured: 'MEASURED', claim: 'CLAIM'},
  'REASON',
);

/** One item in two lines: what the documents say, and what was found beside their figure. */
export function migrationLines({id, says, claim, measured, computed, verdict, reason}: MigrationRow): [string, string] {
  const seen = seenText(measured, computed);
  return [`  ${says}`, line(marks[verdict], {id, verdict, measured: seen, claim}, reason)];
}

function line(mark: string, cells: Record<keyof typeof widths, string>, rest: string): string {
  const padded = Object.entries(widths).map(([name, width]) => cells[name as keyof typeof widths].padEnd(width));
  return oneLine([mark, ...padded, rest].join(' '));
}
