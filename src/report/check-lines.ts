import type {CheckResult} from '../decision/check.js';
import {verdictMarks} from './matrix-words.js';
import {type RowLayout, resultRow} from './result-row.js';
import {seenText} from './seen-text.js';
import {noLimit} from './wrap.js';

type Column = 'phase' | 'id' | 'verdict' | 'measured' | 'target';

const layout: RowLayout<Column> = {
  widths: {phase: 8, id: 21, verdict: 8, measured: 14, target: 16},
  optional: ['phase', 'verdict'],
};

/** Heads of the columns below. */
export function checkHead(width = noLimit): string {
  const cells = {phase: 'PHASE', id: 'CHECK', verdict: 'VERDICT', measured: 'MEASURED', target: 'TARGET'};
  return resultRow(layout, {mark: ' ', cells, reason: 'REASON'}, width);
}

/** One check: what was measured, what had to be, the verdict, why. One line where the width has no limit. */
export function checkLine(check: CheckResult, width = noLimit): string {
  const {phase, id, measured, computed, target, unit, verdict, reason} = check;
  const cells = {phase: String(phase), id, verdict, measured: seenText(measured, computed), target};
  return resultRow(layout, {mark: verdictMarks[verdict], cells, reason: `${unit}: ${reason}`}, width);
}
