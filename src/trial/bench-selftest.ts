import type {BenchReport} from '../experiment/bench/bench-report.js';
import {selftestReport} from '../experiment/bench/selftest-report.js';
import {
  type Selftest,
  selftest,
  selftestPeriods,
  selftestRate,
  stallSchedule,
} from '../experiment/load/selftest/selftest.js';
import type {LoadWatch} from './watch-load.js';

interface Watch extends Omit<LoadWatch, 'tell'> {
  signal: AbortSignal;
  end: () => void;
  onOutcome: (outcome: Selftest) => void;
}

/** Holds the load generator against a server that stalls, so many times; an interrupt ends it with what was found. */
export async function benchSelftest(repeats: number, watch: Watch): Promise<BenchReport> {
  const {signal} = watch;
  const outcomes: Selftest[] = [];
  const load = `${selftestRate}/s to a server that stops for ${stallSchedule.stallMs} of every ${stallSchedule.periodMs} ms`;
  for (let run = 1; run <= repeats && !signal.aborted; run += 1) {
    watch.begin(`Selftest ${run} of ${repeats}: ${load}`);
    const outcome = await selftest(selftestPeriods, {signal, onSecond: watch.second});
    watch.end();
    outcomes.push(outcome);
    watch.onOutcome(outcome);
  }
  return selftestReport(outcomes, repeats);
}
