import {expect, it} from 'vitest';
import {interruptionOf} from '../../src/topology/interruption.js';
import {planOf} from '../support/plans.js';

it('another number of replicas or dimension interrupts nobody', () => {
  const before = planOf({edition: 'community'});
  expect(interruptionOf(before, planOf({edition: 'community', replicas: 5, dimension: 256}))).toBeNull();
});

it('another model does, by its name, and longer the larger it is', () => {
  const before = planOf({edition: 'community'});
  const small = interruptionOf(before, planOf({edition: 'community', model: 'all-MiniLM-L6-v2-int8'}));
  const large = interruptionOf(before, planOf({edition: 'community', model: 'bge-small-en-v1.5'}));
  expect(small?.reasons[0]?.what).toContain(
    'nomic-ai/nomic-embed-text-v1.5 -> sentence-transformers/all-MiniLM-L6-v2-int8',
  );
  expect(large?.seconds).toBeGreaterThan(small?.seconds ?? 0);
});
