import {judgeClaims} from '../../src/decision/claim.js';
import {optionSets} from '../../src/experiment/bench/matrix/option-sets.js';
import {optionsMatrix} from '../../src/experiment/bench/matrix/options-matrix.js';
import type {ReportInput} from '../../src/report/html/report-input.js';
import {sampleRun} from './sample-run.js';

/** A report with everything in it: the documents' phases, ten repeats each. */
export function phasesReport(): ReportInput {
  const {options, claims} = optionSets.phases;
  const medians = [41, 40.6, 12, 9.6];
  const attempts = options.flatMap((option, index) =>
    Array.from({length: 10}, (_, round) => {
      const medianMs = (medians[index] ?? 1) * (1 + 0.02 * Math.sin(7 * round + index));
      const run = sampleRun({seed: round * 10 + index, medianMs, perSecond: 40 + round, seconds: 20});
      return {option, round, run, failure: ''};
    }),
  );
  const matrix = optionsMatrix(optionSets.phases, attempts);
  const series = options.map(({id}) => ({
    label: id,
    runs: attempts.filter(({option}) => option.id === id).map(({run}) => run),
  }));
  const facts = [['commit', 'eb838df20f1c']] as const;
  const {verdict, reason} = matrix;
  return {
    title: 'The documents’ phases',
    verdict,
    reason,
    facts,
    thresholds: [],
    series,
    matrix,
    claims: judgeClaims(claims, matrix),
  };
}

export const oneRun: ReportInput = {
  title: 'http://127.0.0.1:8888/embed',
  verdict: 'fail',
  reason: '15 of 3,000 requests failed',
  facts: [],
  thresholds: [],
  series: [{label: 'run', runs: [sampleRun({seed: 5, medianMs: 12, perSecond: 100, seconds: 30, failing: [14]})]}],
  matrix: null,
  claims: [],
};
