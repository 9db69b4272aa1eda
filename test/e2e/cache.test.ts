// needs: haproxy
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';

interface Answer {
  embeddings: number[][];
  cached_count: number;
}

const offset = [...(await offsetFlags()), '--project', 'cache'];
const community = ['--edition', 'community', '--model', 'all-MiniLM-L6-v2', ...offset];
let stack: Stack;

beforeAll(async () => {
  stack = await deployStack(community);
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

async function embed(texts: string[]): Promise<Answer> {
  const reply = await fetch(`${stack.report.urls.api}/embed`, {method: 'POST', body: JSON.stringify({texts})});
  if (reply.status !== 200) throw new Error(`status ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Answer;
}

function pidOf(name: string): number {
  const pid = stack.report.services.find((service) => service.name === name)?.pid;
  if (typeof pid !== 'number') throw new Error(`${name} has no process`);
  return pid;
}

interface Stats {
  total_requests: number;
  combined_hit_rate: number;
}

it('after one miss and one hit on a fresh stack the combined hit rate is exactly one half', async () => {
  await embed(['artificial intelligence']);
  // The second request may meet the other replica, which gets the vector from the shard once it is written there.
  await expect.poll(async () => stored(), {timeout: 15_000}).toBeGreaterThan(0);
  await embed(['artificial intelligence']);
  await expect.poll(async () => (await stats()).total_requests, {timeout: 15_000}).toBe(2);
  expect((await stats()).combined_hit_rate).toBe(0.5);
});

describe('the shard', () => {
  it('answers the texts of the first run after the whole stack was stopped and deployed again', async () => {
    const texts = Array.from({length: 50}, (_, index) => `a text that outlives a restart ${index}`);
    const first = await embed(texts);
    expect(first.cached_count).toBe(0);
    await expect.poll(async () => stored(), {timeout: 15_000}).toBeGreaterThanOrEqual(50);
    await stack.run(['stop']);
    stack.report = (await stack.run(['deploy', '--json', ...community])).json as Stack['report'];
    const second = await embed(texts);
    expect(second.cached_count).toBe(50);
    expect(second.embeddings).toEqual(first.embeddings);
  });

  it('may die together with a replica: every request is answered, and both come back', async () => {
    process.kill(pidOf('storage-cache-shard'), 'SIGKILL');
    process.kill(pidOf('ml-base-1'), 'SIGKILL');
    for (let number = 0; number < 40; number += 1) {
      expect((await embed([`while both are away ${number}`])).embeddings).toHaveLength(1);
    }
    const states = async () => {
      const {services} = (await stack.run(['status', '--json'])).json as Stack['report'];
      return services.filter(({state}) => state !== 'healthy').map(({name}) => name);
    };
    await expect.poll(states, {timeout: 30_000, interval: 500}).toEqual([]);
  });

  it('is emptied by `cache clear`, on every replica', async () => {
    await embed(['to be forgotten']);
    await expect.poll(async () => (await embed(['to be forgotten'])).cached_count, {timeout: 5_000}).toBe(1);
    expect((await stack.run(['cache', 'clear'])).exitCode).toBe(0);
    // Both replicas must have forgotten: whoever is asked first computes it anew.
    await expect.poll(async () => (await embed(['to be forgotten'])).cached_count, {timeout: 15_000}).toBe(0);
  });
});

it('`cache warm` embeds every line of a file, `cache verify` finds every vector whole', async () => {
  const file = join(stack.path, 'queries.txt');
  await writeFile(file, Array.from({length: 70}, (_, index) => `a query to warm up with ${index}`).join('\n'));
  const warm = await stack.run(['cache', 'warm', file, '--json']);
  expect(warm.json).toMatchObject({schemaVersion: 1, texts: 70, cached: 0});
  expect((await embed(['a query to warm up with 3'])).cached_count).toBe(1);
  const verify = await stack.run(['cache', 'verify', '--json']);
  expect(verify).toMatchObject({exitCode: 0, json: {verdict: 'pass', bad: 0}});
});

it('validate passes all three phases', async () => {
  const run = await stack.run(['validate', '--phases', '0,1,2', '--json']);
  expect(run).toMatchObject({exitCode: 0, json: {verdict: 'pass'}});
  const {checks} = run.json as {checks: {phase: number}[]};
  expect(new Set(checks.map(({phase}) => phase))).toEqual(new Set([0, 1, 2]));
});

async function stats(): Promise<Stats> {
  return (await stack.run(['cache', 'stats', '--json'])).json as Stats;
}

/** Vectors in the shard, as it counts them. */
async function stored(): Promise<number> {
  const {json} = await stack.run(['cache', 'verify', '--json']);
  return (json as {checked: number}).checked;
}
