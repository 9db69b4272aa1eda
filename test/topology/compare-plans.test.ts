import {expect, it} from 'vitest';
import {comparePlans} from '../../src/topology/compare-plans.js';
import {planSchema} from '../../src/topology/plan-schema.js';
import {planOf} from '../support/plans.js';

it('the same plan twice is no difference', () => {
  expect(comparePlans(planOf(), planOf())).toEqual([]);
});

it('against nothing, all is new', () => {
  const changes = comparePlans(null, planOf());
  expect(changes.every(({kind}) => kind === 'added')).toBe(true);
  expect(changes).toContainEqual({kind: 'added', what: 'ml-base-1', before: null, after: 'port 8887'});
});

it('names the replica that comes and the variable that changes', () => {
  const changes = comparePlans(
    planOf({edition: 'community'}),
    planOf({edition: 'community', replicas: 4, dimension: 256}),
  );
  expect(changes).toContainEqual({kind: 'added', what: 'ml-base-4', before: null, after: 'port 8894'});
  expect(changes).toContainEqual({kind: 'changed', what: 'ml-base MATRYOSHKA_DIM', before: '768', after: '256'});
});

it('an access log is a change; a plan from before there was that setting has none', () => {
  const before = planOf({edition: 'community'});
  const after = planOf({edition: 'community', accessLog: true});
  expect(comparePlans(before, after)).toEqual([
    {kind: 'changed', what: 'ml-base-lb access log', before: 'off', after: 'on'},
  ]);
  const {accessLog: _, ...older} = before.loadBalancer ?? {};
  expect(planSchema.parse({...before, loadBalancer: older})).toEqual(before);
});
