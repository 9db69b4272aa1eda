import {expect, it} from 'vitest';
import {benchFindings, benchOutcome} from '../../../src/experiment/bench/bench-outcome.js';
import {identityOf} from '../../../src/experiment/bench/identity-of-plan.js';
import {measuredOfRuns} from '../../../src/experiment/bench/measured-of-runs.js';
import {judgeBench, parseThresholds} from '../../../src/experiment/load/result/judge-bench.js';
import {planOf} from '../../support/plans.js';
import {sampleRun} from '../../support/sample-run.js';

const runsOf = (medianMs: number, count = 10) =>
  Array.from({length: count}, (_, seed) => sampleRun({seed, medianMs, perSecond: 100, seconds: 4}));
const benchOf = (medianMs: number, count?: number) => {
  const runs = runsOf(medianMs, count);
  return {...judgeBench(runs, parseThresholds([])), what: '100/s', loadDigest: '100/s', runs};
};
const body = {template: '{"texts":{{texts}}}', words: {least: 1, most: 1}, batch: {least: 2, most: 4}, dimensions: []};
const baselineOf = (what: string) => ({name: 'main', what, loadDigest: what, measured: measuredOfRuns(runsOf(10), 3)});

it('thresholds that hold do not hide that it is slower than it was', () => {
  const outcome = benchOutcome(benchOf(15), {body, figures: null, baseline: baselineOf('100/s')});
  expect(outcome).toMatchObject({verdict: 'fail', matrix: {purpose: 'guard'}});
  expect(outcome.reason).toMatch(/^errors<1% held; now: .*p50/);
});

it('the same as before passes; fewer repeats and another load are unknown', () => {
  const against = (bench: ReturnType<typeof benchOf>, what = '100/s') =>
    benchOutcome(bench, {body, figures: null, baseline: baselineOf(what)});
  expect(against(benchOf(10)).verdict).toBe('pass');
  expect(against(benchOf(10, 3)).reason).toContain('3 repeats: a comparison needs at least 10 of each');
  expect(against(benchOf(10), '200/s').reason).toContain('the baseline measured 200/s, this run 100/s');
});

it('what the stack did goes into the evidence, and why it is not known too', () => {
  const figures = {'hit-rate': 85, hit: 'the cache is off', miss: 40, memory: 512};
  const outcome = benchOutcome(benchOf(10, 1), {body, figures, baseline: null});
  const stack = identityOf(planOf({edition: 'community', model: 'all-MiniLM-L6-v2'}));
  expect(benchFindings(outcome, {configDigest: 'digest', stack})).toMatchObject({
    thresholds: [{threshold: 'errors<1%', verdict: 'pass'}],
    options: [
      {
        configDigest: 'digest',
        title: 'community, sentence-transformers/all-MiniLM-L6-v2',
        stack: {edition: 'community', dimension: 384, artifact: expect.stringMatching(/^[0-9a-f]{64}$/)},
        measured: {
          rate: {kind: 'repeats', values: [300]},
          'hit-rate': {kind: 'repeats', values: [85]},
          hit: {kind: 'missing', reason: 'the cache is off'},
          memory: {kind: 'repeats', values: [512]},
        },
      },
    ],
  });
});

it.each([
  ['{"texts":{{texts}}}', 3],
  ['{"text":{{text}}}', 1],
  ['{"a":{{text}},"b":{{text}}}', 2],
  ['{"texts":["always the same"]}', 1],
])('a rate in texts counts those that are sent, whatever --batch says: %s', (template, texts) => {
  const outcome = benchOutcome(benchOf(10, 1), {body: {...body, template}, figures: null, baseline: null});
  expect(outcome.measured.rate).toEqual({kind: 'repeats', values: [100 * texts]});
});
