import type {Verdict} from '../decision/verdict.js';
import {oneLine} from '../printable.js';
import {verdictMarks} from './matrix-words.js';
import {type RowLayout, resultRow} from './result-row.js';
import {seenText} from './seen-text.js';
import {hanging, noLimit} from './wrap.js';

interface MigrationRow {
  id: string;
  says: string;
  claim: string;
  measured: number | string | null;
  computed?: true;
  verdict: Verdict;
  reason: string;
}

const layout: RowLayout<'id' | 'verdict' | 'measured' | 'claim'> = {
  widths: {id: 18, verdict: 8, measured: 24, claim: 22},
  optional: ['verdict'],
};

/** Heads of the columns below. */
export function migrationHead(width = noLimit): string {
  const cells = {id: 'ITEM', verdict: 'VERDICT', measured: 'MEASURED', claim: 'CLAIM'};
  return resultRow(layout, {mark: ' ', cells, reason: 'REASON'}, width);
}

/** One item: what the documents say, and what was found beside their figure. */
export function migrationLines(
  {id, says, claim, measured, computed, verdict, reason}: MigrationRow,
  width = noLimit,
): [string, string] {
  const cells = {id, verdict, measured: seenText(measured, computed), claim};
  return [hanging('  ', oneLine(says), width), resultRow(layout, {mark: verdictMarks[verdict], cells, reason}, width)];
}
