import type {CheckResult} from '../../decision/check.js';
import type {Matrix} from '../../decision/matrix-schema.js';
import type {Verdict} from '../../decision/verdict.js';
import {checkHead, checkLine} from '../../report/check-lines.js';
import {matrixTable} from '../../report/matrix-table.js';
import {checkTally, phaseLines} from '../../report/phase-lines.js';
import {wrapped} from '../../report/wrap.js';
import {columns} from '../columns.js';
import {paint} from '../paint.js';
import {shownPath} from './shown-path.js';
import {verdictColour} from './verdict-colour.js';

interface Validated {
  verdict: Verdict;
  checks: readonly CheckResult[];
  evidence: string;
}

/** A line a phase; every check where asked for or where one does not pass; the verdict and where it is recorded. */
export function validatedText({verdict, checks, evidence}: Validated, {verbose}: {verbose: boolean}): string {
  const width = columns();
  const lines = phaseLines(checks).map((line) => verdictColour[line.verdict](wrapped(line.text, width)));
  const rows = checks.map((check) => verdictColour[check.verdict](checkLine(check, width)));
  const table = verbose || verdict !== 'pass' ? ['', paint.faint(checkHead(width)), ...rows] : [];
  const summary = `${verdictColour[verdict](verdict)}: ${checkTally(checks)}; recorded in ${shownPath(evidence)}`;
  return [...lines, ...table, '', wrapped(summary, width)].join('\n');
}

/** The matrix of criteria, and below it what was given instead of measured. */
export function criteriaText(matrix: Matrix, given: Readonly<Record<string, number>>): string {
  const told = Object.entries(given).map(([name, value]) => `${name} ${value}`);
  const note = told.length === 0 ? [] : [paint.faint(wrapped(`Given, not measured: ${told.join(', ')}.`, columns()))];
  return [matrixTable(matrix, paint, columns()), ...note].join('\n');
}
