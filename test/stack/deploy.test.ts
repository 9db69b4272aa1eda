import {expect, test} from 'vitest';
import {type DeployOptions, deployStack} from '../../src/stack/deploy.js';
import {findDeployedPlan, writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {readHistory} from '../../src/stack/plans/plan-history.js';
import {type ResolvedStack, resolveStack} from '../../src/stack/plans/resolve-stack.js';
import type {System} from '../../src/system/system.js';
import type {Settings} from '../../src/topology/settings/settings.js';
import {emptyFolder} from '../support/empty-folder.js';
import {needs} from '../support/skip.js';
import {missingTool} from '../support/tools.js';

// Ports that no other test takes.
const offset = {portOffset: 7_850, runtime: 'process'} as const;

const resolved = (system: System, settings: Settings) =>
  resolveStack(system, [{origin: 'test', settings: {...offset, ...settings}}]);

/** Deploys, running those steps alone; returns what was told, and how it ended. */
async function deploying(system: System, stack: ResolvedStack, steps: (title: string) => boolean) {
  const titles: string[] = [];
  const notes: string[] = [];
  const reviews: unknown[] = [];
  const options: DeployOptions = {
    reason: 'deploy',
    install: false,
    review: async (review) => void reviews.push(review),
    note: (text) => void notes.push(text),
    async runSteps(all) {
      titles.push(...all.map(({title}) => title));
      for (const {title, run} of all) if (steps(title)) await run(() => undefined);
      throw new Error('no further');
    },
  };
  const failure = await deployStack(system, stack, options).catch((error: unknown) => error);
  return {titles, notes, reviews, failure: failure as Error & {cures?: string[]}};
}

const none = () => false;
const start = (title: string) => title === 'Start the services';

test.each([
  [
    'community',
    ['Check the ports', 'Check the limits of this user', 'Find HAProxy', 'Get the model', 'Start the services'],
    ['Wait for the load balancer', 'Send a test request'],
  ],
  [
    'simple',
    ['Check the ports', 'Check the limits of this user', 'Get the model', 'Start the services'],
    ['Send a test request'],
  ],
] as const)(
  '%s is deployed in these steps: what can refuse, what is fetched, what runs, what proves it',
  async (edition, before, after) => {
    const system = emptyFolder();
    const {titles} = await deploying(system, await resolved(system, {edition}), none);
    expect(titles.map((title) => title.replace(/ (nomic).*/, ''))).toEqual([...before, ...after]);
  },
);

test('what the review throws ends it before any step, and the folder is free for the next', async () => {
  const system = emptyFolder();
  const stack = await resolved(system, {});
  const steps: unknown[] = [];
  const refused = deployStack(system, stack, {
    ...{reason: 'deploy', install: false, note: () => undefined},
    review: () => Promise.reject(new Error('no')),
    runSteps: async (all) => void steps.push(...all),
  });
  await expect(refused).rejects.toThrow('no');
  expect(steps).toEqual([]);
  expect((await deploying(system, stack, none)).failure.message).toBe('no further');
});

test('the review is told what changes of the stack that is here', async () => {
  const system = emptyFolder();
  writeDeployedPlan(system, (await resolved(system, {edition: 'community'})).plan);
  const {reviews} = await deploying(system, await resolved(system, {edition: 'community', replicas: 4}), none);
  const added = {kind: 'added', what: 'ml-base-4', before: null, after: 'port 16744'};
  expect(reviews).toEqual([{running: true, changes: [added], interruption: null}]);
});

test.each([
  ['project', {project: 'another'}, 'this folder runs project "sutra", not "another"', '--project sutra'],
  ['runtime', {}, 'the stack here uses runtime compose, and this command asks for process', 'sutra stop'],
] as const)('a stack of another %s is left alone', async (kind, settings, message, hint) => {
  const system = emptyFolder();
  const here = (await resolved(system, {})).plan;
  const running = kind === 'runtime' ? {...here, runtime: 'compose' as const} : here;
  writeDeployedPlan(system, running);
  const {failure, titles} = await deploying(system, await resolved(system, settings), none);
  expect(failure).toMatchObject({
    code: 'BUSY',
    message,
    cures: [expect.stringContaining(hint), expect.anything()],
  });
  expect(titles).toEqual([]);
  expect(findDeployedPlan(system)).toEqual(running);
});

test('a step that fails before anything was started changes nothing', async () => {
  const system = emptyFolder();
  const before = (await resolved(system, {edition: 'community'})).plan;
  writeDeployedPlan(system, before);
  const after = await resolved(system, {edition: 'community', replicas: 4});
  const {failure, notes} = await deploying(system, after, (title) => title === 'Check the ports');
  expect(failure.message).toBe('no further');
  expect(notes).toEqual([]);
  expect(findDeployedPlan(system)).toEqual(before);
});

test('where nothing ran before, what a failed deployment started is ended, and nothing is kept', async () => {
  const system = emptyFolder();
  const {failure, notes} = await deploying(system, await resolved(system, {}), start);
  expect(failure).toMatchObject({code: 'STATE', message: expect.stringContaining('nomic-embed-text-v1.5')});
  expect(notes).toEqual(['stopping what was started']);
  expect(findDeployedPlan(system)).toBeNull();
  expect(readHistory(system)).toEqual([]);
});

test('where a stack ran before, the plan that ran is the deployed one again', async (context) => {
  // Going back would end at HAProxy, not at the model.
  needs(context, missingTool('haproxy'));
  const system = emptyFolder();
  const before = (await resolved(system, {edition: 'community'})).plan;
  writeDeployedPlan(system, before);
  const after = await resolved(system, {edition: 'community', replicas: 4});
  const {failure, notes} = await deploying(system, after, start);
  expect(notes).toEqual(['restoring the previous deployment']);
  expect(findDeployedPlan(system)).toEqual(before);
  // The model is not here: neither plan can run, and both are said.
  expect(failure.message).toContain('nomic-embed-text-v1.5');
  expect(failure.cures?.[0]).toMatch(
    /^restoring the previous deployment failed too \(.*\): run sutra status, then sutra deploy$/,
  );
});
