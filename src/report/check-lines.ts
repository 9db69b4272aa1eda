import type {CheckResult} from '../decision/check.js';
import type {Verdict} from '../decision/verdict.js';

const marks: Record<Verdict, string> = {pass: '✔', fail: '✖', unknown: '?'};

/** One check as one line: what was measured, what had to be, the verdict, why. */
export function checkLine({phase, id, measured, target, unit, verdict, reason}: CheckResult): string {
  const seen = measured === null ? 'not measured' : String(measured);
  return `${marks[verdict]} ${phase} ${id.padEnd(18)} ${verdict.padEnd(8)} ${seen} (target ${target}) ${unit}: ${reason}`;
}
