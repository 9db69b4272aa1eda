import {expect, it} from 'vitest';
import {selftestReport} from '../../../src/experiment/bench/selftest-report.js';
import {sampleRun} from '../../support/sample-run.js';

const run = sampleRun({seed: 1, medianMs: 1, perSecond: 10, seconds: 1});
const passed = {verdict: 'pass' as const, reason: 'the generator measured the stalls correctly', figures: [], run};

it('a selftest that ended before all its runs is unknown, however good they were', () => {
  expect(selftestReport([passed, passed], 2).verdict).toBe('pass');
  expect(selftestReport([passed], 1)).toMatchObject({verdict: 'pass', reason: passed.reason});
  expect(selftestReport([passed, passed], 10)).toMatchObject({
    verdict: 'unknown',
    reason: '2 of 10 passed, 0 failed, 0 unknown',
  });
  expect(selftestReport([], 1).verdict).toBe('unknown');
});
