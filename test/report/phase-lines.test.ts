import {expect, it} from 'vitest';
import type {CheckResult} from '../../src/decision/check.js';
import {verdictOfChecks} from '../../src/decision/check.js';
import {checkLine} from '../../src/report/check-lines.js';
import {checkTally, phaseLines} from '../../src/report/phase-lines.js';

const check = (phase: CheckResult['phase'], id: string, more: Partial<CheckResult> = {}): CheckResult => ({
  ...{phase, id, measured: 3.25, target: '< 5', unit: 's', verdict: 'pass', reason: 'why'},
  ...more,
});
const audit = check('security', 'audit', {verdict: 'unknown', decides: false});
const checks = [
  check(0, 'a'),
  check(0, 'b'),
  check(2, 'c', {verdict: 'fail'}),
  check(2, 'd'),
  audit,
  check('security', 'e'),
];

it('validate begins with a line a phase, which names what did not pass', () => {
  expect(phaseLines(checks)).toEqual([
    {verdict: 'pass', text: '✔ Phase 0: vectors and dimension: 2 of 2 checks passed'},
    {verdict: 'fail', text: '✖ Phase 2: load balancing: 1 of 2 checks passed, c fail'},
    {verdict: 'pass', text: '✔ Security: access and isolation: 1 of 2 checks passed, audit unknown (does not decide)'},
  ]);
  expect(verdictOfChecks(checks)).toBe('fail');
  expect(checkTally(checks)).toBe('4 of 6 checks passed, c fail, audit unknown (does not decide)');
});

it('what was computed and not observed says so where the others show what was measured', () => {
  expect(checkLine(check(2, 'detection', {computed: true}))).toMatch(
    /^✔ 2 +detection +pass +3\.25 computed +< 5 +s: why$/,
  );
  expect(checkLine(check(2, 'detection'))).toMatch(/ 3\.25 +< 5 /);
  expect(checkLine(check(2, 'detection', {computed: true, measured: null}))).toMatch(/ - +< 5 /);
});
