import {expect, it} from 'vitest';
import {optionSetNames, optionSets} from '../../../src/experiment/bench/option-sets.js';
import {withInference} from '../../../src/experiment/bench/with-inference.js';
import {planOf} from '../../support/plans.js';

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
    expect(criteria.map(({id}) => id)).toContain(claim.criterion);
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
