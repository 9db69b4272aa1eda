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
  expect(large?.seconds).toBeGreaterThan(small?.seconds ?? Number.NaN);
});

it.each(['simple', 'community', 'enterprise'] as const)(
  'from %s every other edition interrupts, since ports change hands',
  (from) => {
    for (const to of ['simple', 'community', 'enterprise'] as const) {
      const found = interruptionOf(planOf({edition: from}), planOf({edition: to}));
      if (from === to) expect(found).toBeNull();
      else expect(found?.reasons).toMatchObject([{what: `topology: ${from} -> ${to}`}]);
    }
  },
);

it('names the port and its owners, and is short where replicas are warm before', () => {
  const simple = planOf({edition: 'simple'});
  const community = planOf({edition: 'community'});
  const there = interruptionOf(simple, community);
  expect(there?.reasons[0]?.consequence).toContain('8887: ml-base-1 -> ml-base-lb, and 1 more');
  expect(there?.seconds).toBe(1);
  expect(interruptionOf(community, simple)?.seconds).toBeGreaterThan(3);
});

it('other ports of the same topology interrupt as well', () => {
  const before = planOf({edition: 'community'});
  expect(interruptionOf(before, planOf({edition: 'community', portOffset: 1}))?.reasons[0]?.what).toBe('ports');
  expect(interruptionOf(before, planOf({edition: 'community', portOffset: 1_000}))).toBeNull();
});
