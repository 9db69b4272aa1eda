import {expect, test} from 'vitest';
import {writeDeployedPlan} from '../../../src/stack/plans/deployed-plan.js';
import {keepPlan} from '../../../src/stack/plans/plan-history.js';
import {resolveRollback, resolveSeedRollback} from '../../../src/stack/plans/resolve-rollback.js';
import {resolveStack} from '../../../src/stack/plans/resolve-stack.js';
import type {System} from '../../../src/system/system.js';
import type {Plan} from '../../../src/topology/plan-schema.js';
import type {Settings} from '../../../src/topology/settings/settings.js';
import {emptyFolder} from '../../support/empty-folder.js';

const key = 'a-key-of-thirty-two-characters-00';

/** As a deployment of these settings leaves the folder. */
async function deployed(system: System, settings: Settings, change: Partial<Plan> = {}): Promise<void> {
  const {topology, plan} = await resolveStack(system, [{origin: 'test', settings}]);
  const kept = {...plan, ...change};
  writeDeployedPlan(system, kept);
  keepPlan(system, {topology, plan: kept}, {reason: 'deploy', images: {}});
}

test('the documents’ way back is one of each, no cache, 768 numbers; project and ports stay', async () => {
  const system = emptyFolder();
  const settings = {edition: 'community', dimension: 256, replicas: 5, project: 'mine', portOffset: 100} as const;
  await deployed(system, settings);
  const {plan} = await resolveSeedRollback(system);
  expect(plan).toMatchObject({shape: 'simple', dimension: 768, project: 'mine', loadBalancer: null});
  expect(plan.cache.enabled).toBe(false);
  expect(plan.services.flatMap(({replicas}) => replicas)).toEqual(['ml-base-1', 'embedding-service-1']);
  expect(plan.urls.api).toBe('http://127.0.0.1:8988');
});

test('a model that has no 768 keeps its own width, and a notice says so', async () => {
  const system = emptyFolder();
  await deployed(system, {edition: 'community', model: 'all-MiniLM-L6-v2'});
  const {plan, topology} = await resolveSeedRollback(system);
  expect(plan).toMatchObject({dimension: 384, model: {id: 'sentence-transformers/all-MiniLM-L6-v2'}});
  expect(topology.notices).toContainEqual(
    expect.stringMatching(/the v2.0 layout has 768 dimensions; .*MiniLM-L6-v2 has 384/),
  );
});

test('a deployment of another version is refused for processes: they run the code that is here', async () => {
  const system = emptyFolder();
  await deployed(system, {edition: 'community'}, {version: '0.0.1'});
  await deployed(system, {edition: 'community', replicas: 2});
  await expect(resolveRollback(system, 1)).rejects.toMatchObject({
    code: 'STATE',
    message: expect.stringMatching(
      /^plan 1 ran version 0\.0\.1; as processes, only the version in this folder can run: /,
    ),
    cures: [expect.stringContaining('check out version 0.0.1'), expect.stringContaining('or sutra deploy')],
  });
});

test.each([
  ['the environment says nothing: the running keys stay', {}, 'of the running'],
  ['the environment has keys: those', {SUTRA_API_KEY: key}, 'of the environment'],
  ['the environment turns keys off: none', {SUTRA_API_KEY: 'off'}, 'none'],
] as const)('an older deployment without keys is gone back to; %s', async (_, env, expected) => {
  const system = emptyFolder();
  await deployed(system, {edition: 'community'});
  const closed = {...system, env: {...system.env, SUTRA_API_KEY: `${key}-of-the-running`}};
  await deployed(closed, {edition: 'community', replicas: 2});
  const running = (await resolveStack(closed, [])).plan.security.apiKeys;
  const {plan} = await resolveRollback({...system, env: {...system.env, ...env}}, undefined);
  const {apiKeys} = plan.security;
  if (expected === 'none') expect(apiKeys).toBeNull();
  else expect(apiKeys).toMatch(/^\w+$/);
  expect(apiKeys === running).toBe(expected === 'of the running');
});
