import type {CheckResult} from '../decision/check.js';
import type {Verdict} from '../decision/verdict.js';
import {oneLine} from '../printable.js';
import {seenText} from './seen-text.js';

const marks: Record<Verdict, string> = {pass: '✔', fail: '✖', unknown: '?'};
const widths = {phase: 8, id: 18, verdict: 8, measured: 14, target: 14};

/** Heads of the columns below. */
export const checkHead = columns(
  ' ',
  {phase: 'PHASE', id: 'CHECK', verdict: 'VERDICT', measured: 'MEASURED', target: 'TARGET'},
  'REASON',
);

/** One check as one line: what was measured, what had to be, the verdict, why. */
export function checkLine({phase, id, measured, computed, target, unit, verdict, reason}: CheckResult): string {
  const seen = seenText(measured, computed);
  return columns(marks[verdict], {phase: String(phase), id, verdict, measured: seen, target}, `${unit}: ${reason}`);
}

function columns(mark: string, cells: Record<keyof typeof widths, string>, rest: string): string {
  const padded = Object.entries(widths).map(([name, width]) => cells[name as keyof typeof widths].padEnd(width));
  return oneLine([mark, ...padded, rest].join(' '));
}
