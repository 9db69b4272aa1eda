// needs: docker
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {LiveReport} from '../../src/stack/live-report.js';
import {type ComposeStack, deployComposeStack, docker} from '../support/compose-stack.js';
import {damages, stateFiles} from '../support/damage.js';
import {offsetFlags} from '../support/ports.js';

// What befalls a running stack of containers: status says so and exits 12, deploy brings it back.
const flags = [
  '--edition',
  'community',
  '--replicas',
  '2',
  '--model',
  'all-MiniLM-L6-v2-int8',
  ...(await offsetFlags()),
];

let stack: ComposeStack;

beforeAll(async () => {
  stack = await deployComposeStack('damage', flags);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const mishaps: Record<string, {befall: (container: string) => void; problem: RegExp}> = {
  'ml-base-1': {
    befall: (container) => docker(['kill', container]),
    problem: /^is stopped: it ended with exit code 137$/,
  },
  'ml-base-2': {
    befall: (container) => docker(['pause', container]),
    problem: /^is unhealthy: it is paused$/,
  },
  'embedding-service-1': {
    befall: (container) => docker(['rm', '--force', container]),
    problem: /^is missing$/,
  },
  'embedding-service-2': {
    befall: (container) => docker(['network', 'disconnect', '--force', 'damage_sutra', container]),
    problem: /^is unhealthy: it is attached to no network$/,
  },
  // As a deployment leaves it that was killed between the two.
  'storage-cache-shard': {
    befall(container) {
      docker(['rm', '--force', container]);
      const file = join(stack.path, '.sutra/compose/production.yml');
      docker(['compose', '--project-name', 'damage', '--file', file, 'up', '--no-start', 'storage-cache-shard']);
    },
    problem: /^is stopped: it was made but not started$/,
  },
};

test('containers killed, paused, removed, cut off from their network and never started are told apart, and mended', async () => {
  expect(await look()).toMatchObject({exitCode: 0, report: {whole: true, problems: []}});
  for (const [name, {befall}] of Object.entries(mishaps)) befall(`damage-${name}`);
  const {exitCode, report} = await look();
  expect(exitCode).toBe(12);
  for (const [name, {problem}] of Object.entries(mishaps)) {
    expect(report.problems.find(({what}) => what === name)).toEqual({
      what: name,
      problem: expect.stringMatching(problem),
      hint: expect.stringMatching(/sutra (start|deploy)/),
    });
  }
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
