import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {keepPlan} from '../../src/stack/plans/plan-history.js';
import {runningSettings} from '../../src/stack/plans/running-settings.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {resolveTopology} from '../../src/topology/settings/resolve.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import {freePortOffset, resolveOn, scratchSettings} from '../../src/trial/scratch-stack.js';
import {planOf} from '../support/plans.js';

const plans = [planOf({cache: {enabled: false}}), planOf({cache: {enabled: true}})];

it('plans that take turns may have the same ports, and a taken one moves them all', async () => {
  const offset = await freePortOffset(plans);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(8_888 + offset, '127.0.0.1', resolve));
  const next = await freePortOffset(plans);
  taken.close();
  expect(next).toBeGreaterThan(offset);
});

/** A folder in which this was deployed, and whether the history still has it. */
async function deployedFolder(settings: Settings, {kept}: {kept: boolean}) {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-beside-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  const system = {...nodeSystem(AbortSignal.timeout(30_000), folder), env: {SUTRA_RUNTIME: 'process'}};
  const plan = planOf(settings);
  writeDeployedPlan(system, plan);
  const topology = resolveTopology([{origin: 'test', settings}]);
  if (kept) keepPlan(system, {topology, plan}, {reason: 'deploy', images: {}});
  return system;
}

const community = {
  edition: 'community',
  model: 'all-MiniLM-L6-v2',
  replicas: 2,
  runtime: 'process',
  cache: {enabled: true, capacity: 77, host: 'cache.elsewhere', port: 50_099},
} as const satisfies Settings;

it.each([{kept: true}, {kept: false}])(
  'a stack beside the one that runs has its model and settings unless told, and a cache of its own: %j',
  async (history) => {
    const system = await deployedFolder({...community, cache: {...community.cache, enabled: true}}, history);
    const running = runningSettings(system);
    const scratch = {origin: 'bench matrix', settings: scratchSettings(11_000)};
    const {plan} = await resolveOn(system, running, [scratch]);
    expect(plan).toMatchObject({
      edition: 'community',
      dimension: 384,
      project: 'bench-11000',
      model: {id: 'sentence-transformers/all-MiniLM-L6-v2'},
      cache: {capacity: 77, host: 'storage-cache-shard', port: 50_052},
    });
    const simple = {origin: 'option', settings: {edition: 'simple', cache: {enabled: false}} as const};
    const other = await resolveOn(system, running, [simple, scratch]);
    expect(other.plan).toMatchObject({shape: 'simple', dimension: 384, cache: {enabled: false}, loadBalancer: null});
  },
);

it('where nothing runs there are no settings to take', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-beside-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  expect(runningSettings({cwd: folder})).toBeNull();
});
