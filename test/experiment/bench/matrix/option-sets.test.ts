import {expect, it} from 'vitest';
import {judgeClaims} from '../../../../src/decision/claim.js';
import type {Measured} from '../../../../src/decision/option-evidence.js';
import {keptBytes, keptBytesId} from '../../../../src/experiment/bench/matrix/kept-bytes.js';
import {optionSetNames, optionSets} from '../../../../src/experiment/bench/matrix/option-sets.js';
import {optionsMatrix} from '../../../../src/experiment/bench/matrix/options-matrix.js';
import {withInference} from '../../../../src/experiment/bench/matrix/with-inference.js';
import {planOf} from '../../../support/plans.js';
import {sampleRun} from '../../../support/sample-run.js';

it.each(optionSetNames)('every option of %s is a stack that can be planned', (name) => {
  for (const option of optionSets[name].options) {
    const plan = withInference(planOf(option.settings), option);
    expect(plan.services.length).toBeGreaterThan(0);
  }
});

it.each(optionSetNames)('claims of %s are of its options and its criteria', (name) => {
  const {options, criteria, claims} = optionSets[name];
  for (const claim of claims) {
    expect(options.map(({id}) => id)).toContain(claim.option);
    expect([...criteria.map(({id}) => id), keptBytesId]).toContain(claim.criterion);
  }
  expect(new Set(options.map(({id}) => id)).size).toBe(options.length);
});

it('the phases are the documents’: width, then cache, then three replicas', () => {
  const plans = optionSets.phases.options.map(({settings}) => planOf(settings));
  expect(plans.map(({dimension}) => dimension)).toEqual([768, 256, 256, 256]);
  expect(plans.map(({cache}) => cache.enabled)).toEqual([false, false, true, true]);
  const models = plans.map(({services}) => services.find(({role}) => role === 'model')?.replicas.length);
  expect(models).toEqual([1, 1, 1, 3]);
});

it('sessions and threads reach every service that computes, and no other', () => {
  const plan = withInference(planOf({edition: 'community'}), {inference: {workers: 2, threadsPerWorker: 3}});
  const divided = plan.services.map(({role, workers, threadsPerWorker}) => [role, workers, threadsPerWorker]);
  expect(divided).toEqual([
    ['cache', 0, 0],
    ['model', 2, 3],
    ['cached', 0, 0],
  ]);
  expect(plan.services[1]?.env).toMatchObject({SUTRA_WORKERS: '2', SUTRA_THREADS: '3'});
});

/** Ten runs of each width, as fast as each other, and of each what it keeps. */
function dimensionsMatrix(kept: Record<string, readonly [rank: number, neighbours: number] | null>) {
  const set = optionSets.dimensions;
  const attempts = set.options.flatMap((option) =>
    Array.from({length: 10}, (_, round) => {
      const run = sampleRun({seed: round, medianMs: 10, perSecond: 50, seconds: 2});
      return {option, round, run, failure: ''};
    }),
  );
  const measured = (value: number | undefined): Measured =>
    value === undefined ? {kind: 'missing', reason: 'no answer'} : {kind: 'exact', value};
  const extra = Object.fromEntries(
    Object.entries(kept).map(([id, values]) => [
      id,
      {'rank-agreement': measured(values?.[0]), 'neighbours-kept': measured(values?.[1])},
    ]),
  );
  return optionsMatrix(set, attempts, extra);
}

it('of the widths that keep the meaning the smallest is recommended', () => {
  const kept = {768: [1, 1], 512: [0.99, 0.9], 256: [0.95, 0.8], 128: [0.96, 0.79], 64: [0.94, 0.85]} as const;
  const matrix = dimensionsMatrix(kept);
  expect(matrix).toMatchObject({verdict: 'pass', recommendation: {option: '256'}});
  expect(matrix.rows.map(({verdict}) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail', 'fail']);
  expect(matrix.rows[3]?.reason).toBe('neighbours kept: 0.79 is not >= 0.8');
});

it('clients are 1, 2, 5 and 10 at once; where more of them lose requests, the most that lose none are recommended', () => {
  const set = optionSets.clients;
  expect(set.options.map(({load}) => load?.connections)).toEqual([1, 2, 5, 10]);
  const perSecond: Record<string, number> = {1: 50, 2: 90, 5: 92, 10: 95};
  const attempts = set.options.flatMap((option) =>
    Array.from({length: 10}, (_, round) => {
      const run = sampleRun({seed: round, medianMs: 10, perSecond: perSecond[option.id] ?? 0, seconds: 2});
      // As the documents saw it: from five clients on requests ran into the time-out.
      const lost = Number(option.id) < 5 ? 0 : 3;
      return {option, round, run: {...run, errors: {total: lost, byKind: {timeout: lost}}}, failure: ''};
    }),
  );
  const matrix = optionsMatrix(set, attempts);
  expect(matrix).toMatchObject({verdict: 'pass', recommendation: {option: '2'}});
  expect(matrix.rows.map(({verdict}) => verdict)).toEqual(['pass', 'pass', 'fail', 'fail']);
});

it('a width whose meaning could not be measured is unknown, never a pass', () => {
  const matrix = dimensionsMatrix({768: [1, 1], 512: [0.99, 0.9], 256: null, 128: [0.9, 0.7], 64: [0.9, 0.7]});
  expect(matrix).toMatchObject({verdict: 'unknown', recommendation: {option: null}});
  expect(matrix.rows[2]).toMatchObject({verdict: 'unknown', reason: 'rank agreement, neighbours kept: no answer'});
});

it('a third of the storage does not hold of our cache, which keeps the full width whatever is answered', () => {
  const {claims, options} = optionSets.phases;
  const stored = claims.filter(({criterion}) => criterion === keptBytesId);
  expect(stored).toHaveLength(1);
  const option = options.find(({id}) => id === stored[0]?.option);
  const plan = planOf(option?.settings ?? {});
  expect(plan.dimension).toBe(256);
  const matrix = optionsMatrix(optionSets.phases, []);
  expect(judgeClaims(stored, matrix, {[option?.id ?? '']: keptBytes(plan)})).toMatchObject([
    {measured: '3,072 bytes, computed', word: 'does not hold', remark: expect.stringContaining('keeps the full width')},
  ]);
  expect(keptBytes(planOf({cache: {enabled: false}}))).toEqual({});
});
