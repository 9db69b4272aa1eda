import {mkdir, mkdtemp, readdir, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {writeDeployedPlan} from '../../../src/stack/plans/deployed-plan.js';
import {listPlans} from '../../../src/stack/plans/list-plans.js';
import {keepPlan, readHistory} from '../../../src/stack/plans/plan-history.js';
import {resolveRollback} from '../../../src/stack/plans/resolve-rollback.js';
import {resolveScale} from '../../../src/stack/plans/resolve-scale.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {resolveTopology} from '../../../src/topology/settings/resolve.js';
import type {Settings} from '../../../src/topology/settings/settings.js';
import {planOf} from '../../support/plans.js';

let folder: string;
const system = () => nodeSystem(new AbortController().signal, folder);
const plans = () => join(folder, '.sutra', 'plans');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-history-'));
});

afterEach(async () => {
  await rm(folder, {recursive: true, force: true});
});

function deployed(settings: Settings): number {
  const topology = resolveTopology([{origin: 'test', settings}]);
  const plan = planOf(settings);
  writeDeployedPlan(system(), plan);
  return keepPlan(system(), {topology, plan}, {reason: 'deploy', images: {}});
}

it('five deployments are kept, the newest last, for their owner alone', async () => {
  for (let replicas = 1; replicas <= 7; replicas += 1) deployed({edition: 'community', replicas});
  const history = readHistory(system());
  expect(history.map(({number}) => number)).toEqual([3, 4, 5, 6, 7]);
  expect(history.map(({settings}) => settings.replicas)).toEqual([3, 4, 5, 6, 7]);
  const files = await readdir(plans());
  expect(files).toHaveLength(5);
  for (const file of files) expect((await stat(join(plans(), file))).mode & 0o777).toBe(0o600);
});

it('deploying the same again adds nothing', () => {
  expect(deployed({edition: 'community'})).toBe(1);
  expect(deployed({edition: 'community'})).toBe(1);
  expect(deployed({edition: 'community', replicas: 5})).toBe(2);
  expect(deployed({edition: 'community'})).toBe(3);
});

it('a file that is cut off is left out, and its number is not given again', async () => {
  deployed({edition: 'community'});
  await mkdir(plans(), {recursive: true});
  await writeFile(join(plans(), '000009.json'), '{"schemaVersion": 1, "numb');
  expect(readHistory(system()).map(({number}) => number)).toEqual([1]);
  expect(deployed({edition: 'community', replicas: 5})).toBe(10);
});

it('goes back to the deployment before the one that runs, not to the newest but one', async () => {
  const settings = [{replicas: 2}, {replicas: 3}, {replicas: 4}].map((more) => ({
    edition: 'community' as const,
    ...more,
  }));
  for (const each of settings) deployed(each);
  writeDeployedPlan(system(), planOf(settings[1]));
  const {kept, plan} = await resolveRollback(system(), undefined);
  expect(kept.number).toBe(1);
  expect(plan).toEqual(planOf(settings[0]));
  expect(listPlans(system()).map(({running}) => running)).toEqual([false, true, false]);
});

it('the list tells how each deployment may be reached', () => {
  deployed({edition: 'community'});
  deployed({edition: 'community', tls: 'generated', rateLimit: 600});
  expect(listPlans(system()).map(({security}) => security)).toEqual([
    {apiKeys: false, tls: 'off', requestsPerMinute: null},
    {apiKeys: false, tls: 'generated', requestsPerMinute: 600},
  ]);
});

it('where nothing was before, and for a number that is not kept, it says so', async () => {
  await expect(resolveRollback(system(), undefined)).rejects.toMatchObject({code: 'NO_STACK'});
  deployed({edition: 'community'});
  await expect(resolveRollback(system(), undefined)).rejects.toMatchObject({code: 'STATE'});
  await expect(resolveRollback(system(), 8)).rejects.toMatchObject({code: 'USAGE', cures: ['choose one of 1']});
});

it.each([
  [['5'], {'ml-base': 5, 'embedding-service': 2}],
  [['ml-base=4', 'embedding-service=3'], {'ml-base': 4, 'embedding-service': 3}],
  [['embedding-service=1'], {'ml-base': 3, 'embedding-service': 1}],
])('scale %j changes the replicas and nothing else', async (wishes, expected) => {
  const settings: Settings = {edition: 'community', runtime: 'process', dimension: 256};
  deployed(settings);
  const {plan} = await resolveScale(system(), wishes);
  const counts = plan.services.filter(({role}) => role !== 'cache').map(({name, replicas}) => [name, replicas.length]);
  expect(Object.fromEntries(counts)).toEqual(expected);
  expect(plan).toMatchObject({dimension: 256, edition: 'community', model: planOf(settings).model});
});

it.each([['0'], ['33'], ['-1'], ['many'], ['nothing=3'], ['storage-cache-shard=2'], ['ml-base='], ['1.5']])(
  'scale %s is refused',
  async (wish) => {
    deployed({edition: 'community', runtime: 'process'});
    await expect(resolveScale(system(), [wish])).rejects.toMatchObject({code: 'USAGE'});
  },
);

it('a shape without a load balancer cannot be scaled, and says what can', async () => {
  deployed({edition: 'simple', runtime: 'process'});
  await expect(resolveScale(system(), ['3'])).rejects.toMatchObject({
    code: 'STATE',
    cures: ['sutra deploy --edition community --replicas N'],
  });
});
