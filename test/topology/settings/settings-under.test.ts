import {expect, it} from 'vitest';
import {settingsUnder} from '../../../src/topology/settings/settings-under.js';

const running = {
  edition: 'community',
  topology: 'community',
  replicas: 5,
  edgeReplicas: 2,
  model: 'all-MiniLM-L6-v2-int8',
  dimension: 384,
  maxTokens: 256,
  cache: {l1Entries: 500},
} as const;

it('all of it stays below layers that name neither edition, topology nor model, or the same ones', () => {
  expect(settingsUnder(running, [{cache: {enabled: false}}])).toEqual(running);
  expect(settingsUnder(running, [{edition: 'community'}, {model: running.model}])).toEqual(running);
});

it.each([[{edition: 'simple'}], [{topology: 'direct'}]] as const)(
  'another edition or topology has replicas of its own: %j',
  (above) => {
    const {edition: _e, topology: _t, replicas: _r, edgeReplicas: _s, ...rest} = running;
    expect(settingsUnder(running, [above])).toEqual(rest);
  },
);

it('another model has a width and a window of its own', () => {
  const {dimension: _d, maxTokens: _m, ...rest} = running;
  expect(settingsUnder(running, [{model: 'nomic-embed-text-v1.5'}])).toEqual(rest);
});
