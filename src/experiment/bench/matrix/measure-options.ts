import {SutraError} from '../../../errors.js';
import type {RunResult} from '../../load/result/run-result.js';
import type {BenchOption} from './bench-option.js';
import {interleaving} from './interleaving.js';

/** Brings the target into the state an option asks for and measures it once. May throw a SutraError. */
export type Measure = (option: BenchOption, signal: AbortSignal) => Promise<RunResult>;

/** One attempt: a run, or why there is none. */
export interface OptionRun {
  option: BenchOption;
  /** 0 is the first round. */
  round: number;
  run: RunResult | null;
  /** Why there is no run; empty where there is one. */
  failure: string;
}

interface Measuring {
  repeats: number;
  seed: number;
  measure: Measure;
  signal: AbortSignal;
}

/**
 * Measures all options interleaved, one attempt at a time. An option that could not be measured is left out of the rounds
 * that follow; the others go on. Throws the signal's reason when it aborts.
 */
export async function* measureOptions(
  options: readonly BenchOption[],
  {repeats, seed, measure, signal}: Measuring,
): AsyncGenerator<OptionRun> {
  const broken = new Set<BenchOption>();
  const rounds = interleaving(options, repeats, seed);
  for (const [round, order] of rounds.entries()) {
    for (const option of order.filter((each) => !broken.has(each))) {
      signal.throwIfAborted();
      const attempt = await attemptOnce(option, measure, signal);
      if (attempt.run === null) broken.add(option);
      yield {option, round, ...attempt};
    }
  }
}

async function attemptOnce(option: BenchOption, measure: Measure, signal: AbortSignal) {
  try {
    return {run: await measure(option, signal), failure: ''};
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SutraError)) throw error;
    return {run: null, failure: error.message};
  }
}
