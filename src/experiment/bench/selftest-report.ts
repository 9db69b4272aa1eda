import type {Verdict} from '../../decision/verdict.js';
import type {Selftest} from '../load/selftest/selftest.js';
import type {BenchReport} from './bench-report.js';

/** Runs of the selftest as a bench prints them; fewer than were asked for are no pass. */
export function selftestReport(outcomes: readonly Selftest[], asked: number): BenchReport {
  const count = (verdict: Verdict) => outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const verdict = count('fail') > 0 ? 'fail' : count('unknown') > 0 || outcomes.length < asked ? 'unknown' : 'pass';
  const reason =
    outcomes.length === 1 && asked === 1
      ? (outcomes[0]?.reason ?? '')
      : `${count('pass')} of ${asked} passed, ${count('fail')} failed, ${count('unknown')} unknown`;
  return {
    schemaVersion: 1,
    verdict,
    reason,
    thresholds: [],
    runs: outcomes.map(({run}) => run),
    selftest: outcomes.map(({figures}) => figures.map((figure) => ({...figure}))),
  };
}
