import type {RunSecond} from '../result/run-result.js';
import {type Selftest, selftest, selftestPeriods, selftestRate, stallSchedule} from './selftest.js';

interface Watch {
  signal: AbortSignal;
  begin: (title: string) => void;
  second: (second: RunSecond) => void;
  onOutcome: (outcome: Selftest) => void;
}

/** So many selftests one after another; an interrupt ends them with what was found. */
export async function repeatSelftest(repeats: number, {signal, begin, second, onOutcome}: Watch): Promise<Selftest[]> {
  const outcomes: Selftest[] = [];
  const {stallMs, periodMs} = stallSchedule;
  for (let run = 1; run <= repeats && !signal.aborted; run += 1) {
    begin(
      `Selftest ${run} of ${repeats}: ${selftestRate}/s to a server that stops for ${stallMs} of every ${periodMs} ms`,
    );
    const outcome = await selftest(selftestPeriods, {signal, onSecond: second});
    outcomes.push(outcome);
    onOutcome(outcome);
  }
  return outcomes;
}
