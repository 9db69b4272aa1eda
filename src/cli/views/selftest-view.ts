import type {Verdict} from '../../decision/verdict.js';
import {selftestTable} from '../../report/bench/selftest-text.js';
import {wrapped} from '../../report/wrap.js';
import {columns} from '../columns.js';
import {verdictColour} from './verdict-colour.js';

interface Selftest {
  figures: Parameters<typeof selftestTable>[0];
  verdict: Verdict;
  reason: string;
}

/** The figures beside what they had to be, and the verdict. */
export function selftestText({figures, verdict, reason}: Selftest): string {
  const width = columns();
  return `\n${selftestTable(figures, width)}\n${wrapped(`${verdictColour[verdict](verdict)}: ${reason}`, width)}`;
}
