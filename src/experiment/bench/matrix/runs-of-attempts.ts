import type {RunResult} from '../../load/result/run-result.js';
import type {BenchReport} from '../bench-report.js';
import type {OptionRun} from './measure-options.js';

/** The runs, of one option or of all, and which is whose. */
export function runsOf(
  attempts: readonly OptionRun[],
  option?: string,
): {runs: RunResult[]; attempts: NonNullable<BenchReport['attempts']>} {
  const own = attempts.filter((attempt) => option === undefined || attempt.option.id === option);
  const runs: RunResult[] = [];
  const places = own.map(({option: {id}, round, run, failure}) => {
    if (run !== null) runs.push(run);
    return {option: id, round, run: run === null ? null : runs.length - 1, failure};
  });
  return {runs, attempts: places};
}
