// needs: haproxy
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {DeployReport} from '../../src/stack/stack-report.js';
import {offsetFlags} from '../support/ports.js';
import {stackFolder} from '../support/stack.js';
import {embed} from './embed-call.js';

/** The three recipes of the v3.0 design document, in its order and with its variables. */
const recipes = [
  {phases: '0', env: {MATRYOSHKA_DIM: '256', SUTRA_CACHE_ENABLED: 'false'}, topology: 'simple'},
  {phases: '0,1', env: {MATRYOSHKA_DIM: '256', SUTRA_CACHE_ENABLED: 'true'}, topology: 'simple'},
  {
    phases: '0,1,2',
    env: {MATRYOSHKA_DIM: '256', SUTRA_CACHE_ENABLED: 'true', SUTRA_EDITION: 'community'},
    topology: 'community',
  },
];
const flags = ['--project', 'incremental', ...(await offsetFlags())];
const texts = ['kept from one recipe to the next', 'and found again in the cache'];

test('the three recipes in turn on one host: the phases of each pass, and the cache keeps its vectors', async () => {
  await using folder = stackFolder();
  const cachedCounts: [first: number, again: number][] = [];
  const inodes: (number | null)[] = [];
  for (const {phases, env, topology} of recipes) {
    const deployed = await folder.run(['deploy', '--json', '--yes', ...flags], env);
    expect(deployed, deployed.stderr).toMatchObject({exitCode: 0, json: {topology}});
    const validated = await folder.run(['validate', '--json', '--phases', phases], env);
    expect(validated, validated.stdout).toMatchObject({exitCode: 0, json: {verdict: 'pass'}});
    const {urls} = deployed.json as DeployReport;
    const answer = await embed(urls.api, {texts});
    expect(answer.embeddings.map((vector) => vector.length)).toEqual([256, 256]);
    cachedCounts.push([answer.cached_count, (await embed(urls.api, {texts})).cached_count]);
    inodes.push(await inodeOf(join(folder.path, '.sutra', 'data', 'cache')));
    // The shard takes what it is sent a moment later.
    if (topology === 'simple' && phases !== '0')
      await expect.poll(() => stored(folder), {timeout: 30_000}).toBeGreaterThanOrEqual(texts.length);
  }
  expect(cachedCounts).toEqual([
    [0, 0],
    [0, 2],
    [2, 2],
  ]);
  expect(inodes).toEqual([null, expect.any(Number), inodes[1]]);
});

async function stored(folder: ReturnType<typeof stackFolder>): Promise<number> {
  const {json} = await folder.run(['cache', 'verify', '--json']);
  return (json as {checked: number}).checked;
}

async function inodeOf(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ino}) => ino,
    () => null,
  );
}
