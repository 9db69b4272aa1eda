import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {LiveReport} from '../../src/stack/live-report.js';
import {type ComposeStack, deployComposeStack, docker} from '../support/compose-stack.js';
import {damages, stateFiles} from '../support/damage.js';

// What befalls a running stack of containers: status says so and exits 12, deploy brings it back.
const flags = ['--edition', 'simple', '--model', 'all-MiniLM-L6-v2-int8', '--port-offset', '5500'];
const model = 'damage-ml-base-1';

let stack: ComposeStack;

beforeAll(async () => {
  stack = await deployComposeStack('damage', flags);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const mishaps: [string, RegExp, () => void][] = [
  ['killed', /^is stopped: it ended with exit code 137$/, () => docker(['kill', model])],
  ['paused', /^is unhealthy: it is paused$/, () => docker(['pause', model])],
  ['removed', /^is not there$/, () => docker(['rm', '--force', model])],
  [
    'cut off from its network',
    /^is unhealthy: it is attached to no network$/,
    () => docker(['network', 'disconnect', '--force', 'damage_sutra', model]),
  ],
];

test.each(mishaps)('a container that was %s', async (_, problem, befall) => {
  const states = await look();
  expect(states).toMatchObject({exitCode: 0, report: {whole: true, problems: []}});
  befall();
  const {exitCode, report} = await look();
  expect(exitCode).toBe(12);
  const found = report.problems.find(({what}) => what === 'ml-base-1');
  expect(found).toEqual({
    what: 'ml-base-1',
    problem: expect.stringMatching(problem),
    hint: expect.stringContaining('sutra deploy'),
  });
  await mended();
});

test('every file cut in the middle at once: said, mended, and the containers stay', async () => {
  const before = (await look()).report.services.map(({pid}) => pid);
  const state = join(stack.path, '.sutra');
  // A lost secret of the cache is made anew, and its services with it: the table for processes has that.
  const files = stateFiles(state).filter((file) => !file.startsWith('secrets/cache'));
  for (const file of files) damages['cut in the middle'](join(state, file));
  const {exitCode, report} = await look();
  expect(exitCode).toBe(12);
  const named = report.problems.map(({what}) => what);
  expect(named).toEqual(expect.arrayContaining(['plan.json', 'written.json']));
  await mended();
  expect((await look()).report.services.map(({pid}) => pid)).toEqual(before);
});

test('an engine that does not answer is an error, not a whole stack', async () => {
  const {exitCode, stderr} = await stack.run(['status'], {DOCKER_HOST: 'unix:///run/no-such-engine.sock'});
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('no-such-engine.sock')]);
});

test('stop ends a stack whose files are all gone', async () => {
  const state = join(stack.path, '.sutra');
  for (const file of stateFiles(state)) damages.gone(join(state, file));
  const {exitCode, stderr} = await stack.run(['stop']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(docker(['ps', '--all', '--quiet', '--filter', 'label=dev.sutra.project=damage'])).toBe('');
});

async function look(): Promise<{exitCode: number | null; report: LiveReport}> {
  const {exitCode, json} = await stack.run(['status', '--json']);
  return {exitCode, report: json as LiveReport};
}

async function mended(): Promise<void> {
  const {exitCode, stderr} = await stack.run(['deploy', '--json', '--project', 'damage', ...flags]);
  expect(exitCode, stderr).toBe(0);
  expect(await look()).toMatchObject({exitCode: 0, report: {whole: true, problems: []}});
}
