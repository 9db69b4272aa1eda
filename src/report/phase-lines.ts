import {type CheckResult, verdictOfChecks} from '../decision/check.js';
import type {Verdict} from '../decision/verdict.js';
import {oneLine} from '../printable.js';
import {verdictMarks} from './matrix-words.js';

type Phase = CheckResult['phase'];

const titles: Record<string, string> = {
  0: 'vectors and dimension',
  1: 'cache',
  2: 'load balancing',
  security: 'access and isolation',
};

/** What a phase is about, for its line and for who waits for it. */
export function phaseTitle(phase: Phase): string {
  const title = titles[String(phase)] ?? '';
  return phase === 'security' ? `Security: ${title}` : `Phase ${phase}: ${title}`;
}

/** One line a phase, in their order: how many of its checks passed, and the names of the others. */
export function phaseLines(checks: readonly CheckResult[]): {verdict: Verdict; text: string}[] {
  const phases = [...new Set(checks.map(({phase}) => phase))];
  return phases.map((phase) => {
    const own = checks.filter((check) => check.phase === phase);
    const verdict = verdictOfChecks(own);
    return {verdict, text: oneLine(`${verdictMarks[verdict]} ${phaseTitle(phase)}: ${checkTally(own)}`)};
  });
}

/** `9 of 9 checks passed`, and the names of those that did not. */
export function checkTally(checks: readonly CheckResult[]): string {
  const failed = checks
    .filter(({verdict}) => verdict !== 'pass')
    .map(({id, verdict, decides}) => `${id} ${verdict}${decides === false ? ' (does not decide)' : ''}`);
  const passed = `${checks.length - failed.length} of ${checks.length} checks passed`;
  return failed.length === 0 ? passed : `${passed}, ${failed.join(', ')}`;
}
