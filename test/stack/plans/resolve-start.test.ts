import {cpSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {deployStack} from '../../../src/stack/deploy.js';
import {forgetDeployedPlan, writeDeployedPlan} from '../../../src/stack/plans/deployed-plan.js';
import {keepPlan} from '../../../src/stack/plans/plan-history.js';
import {resolveStack} from '../../../src/stack/plans/resolve-stack.js';
import {resolveStart} from '../../../src/stack/plans/resolve-start.js';
import {forgetUnfinished, writeUnfinished} from '../../../src/stack/plans/unfinished-plan.js';
import type {System} from '../../../src/system/system.js';
import type {Settings} from '../../../src/topology/settings/settings.js';
import {emptyFolder} from '../../support/empty-folder.js';

const images = {embedder: 'sha256:1'};
const key = 'a-key-of-thirty-two-characters-00';

/** As a deployment of these settings leaves the folder. */
async function deployed(system: System, settings: Settings) {
  const resolved = await resolveStack(system, [{origin: 'test', settings}]);
  writeDeployedPlan(system, resolved.plan);
  keepPlan(system, resolved, {reason: 'deploy', images});
  return resolved.plan;
}

test('a stopped stack starts as it was deployed last, in the same images, whatever sutra.yaml says now', async () => {
  const system = emptyFolder();
  await deployed(system, {edition: 'enterprise'});
  const plan = await deployed(system, {edition: 'community', replicas: 2, portOffset: 100});
  await forgetDeployedPlan(system);
  writeFileSync(join(system.cwd, 'sutra.yaml'), 'edition: simple\n');
  expect(await resolveStart(system)).toMatchObject({plan, images});
});

test('beside a running stack it is that stack, though the newest deployment kept is another', async () => {
  const system = emptyFolder();
  const plan = await deployed(system, {edition: 'community', replicas: 2});
  await deployed(system, {edition: 'community', replicas: 5});
  writeDeployedPlan(system, plan);
  expect((await resolveStart(system)).plan).toEqual(plan);
});

test('a deployment that was killed is taken up again', async () => {
  const system = emptyFolder();
  const running = await deployed(system, {edition: 'community', replicas: 2});
  const killed = await resolveStack(system, [{origin: 'test', settings: {edition: 'community', replicas: 4}}]);
  writeUnfinished(system, killed, {reason: 'deploy', running});
  writeDeployedPlan(system, killed.plan);
  expect(await resolveStart(system)).toMatchObject({plan: killed.plan, images: {}});
  forgetUnfinished(system);
  await expect(resolveStart(system)).rejects.toMatchObject({
    code: 'STATE',
    cures: ['sutra deploy, with the flags it was deployed with'],
  });
});

test('where nothing was deployed it says what to do', async () => {
  const system = emptyFolder();
  await expect(resolveStart(system)).rejects.toMatchObject({
    code: 'NO_STACK',
    message: expect.stringContaining(system.cwd),
    cures: ['sutra deploy', expect.stringContaining('--folder DIR')],
  });
});

test('a copy of the folder of a running stack is refused: that stack is started where it lies', async () => {
  const system = emptyFolder();
  await deployed(system, {edition: 'community'});
  const copy = {...system, cwd: join(system.cwd, 'copy')};
  mkdirSync(copy.cwd);
  cpSync(join(system.cwd, '.sutra'), join(copy.cwd, '.sutra'), {recursive: true});
  await expect(resolveStart(copy)).rejects.toMatchObject({
    code: 'STATE',
    message: expect.stringContaining(`is a copy of ${system.cwd}`),
  });
});

test('a stack with API keys asks for them before anything starts', async () => {
  const system = emptyFolder();
  await deployed({...system, env: {...system.env, SUTRA_API_KEY: key}}, {edition: 'community'});
  await forgetDeployedPlan(system);
  const started = async (env: System['env']) => {
    const resolved = await resolveStart({...system, env: {...system.env, ...env}});
    expect(resolved.plan.security.apiKeys === null).toBe(env.SUTRA_API_KEY === 'off');
    const runSteps = () => Promise.reject(new Error('the steps began'));
    const review = () => Promise.resolve();
    return await deployStack(system, resolved, {reason: 'start', review, install: false, runSteps, note: () => {}});
  };
  await expect(started({})).rejects.toThrow('requires API keys and SUTRA_API_KEY is not set');
  for (const given of [key, 'off']) await expect(started({SUTRA_API_KEY: given})).rejects.toThrow('the steps began');
});
