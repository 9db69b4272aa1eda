// needs: haproxy
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {haproxyStats} from '../../src/client/haproxy-stats.js';
import {timingProfiles} from '../../src/topology/timing.js';
import {capacity, openLoop} from '../support/load.js';
import {leaseOffset} from '../support/ports.js';
import {startStandIn} from '../support/stand-in-models.js';
import {type StandInStack, standInStack} from '../support/stand-in-stack.js';

// Models of a fixed service time, which can die and be slow on purpose; the API, the cache and HAProxy are real.

const place = {project: 'failover', portOffset: await leaseOffset()};
/** Three models answer 37 calls a second at most, which a busy machine can bring them. */
const time = {perCallMs: 80, perTextMs: 0};
const pollMs = 50;

let stack: StandInStack;

/** The models' servers, in the order of their names. */
async function models() {
  const servers = await haproxyStats(stack.plan.urls.stats ?? '', AbortSignal.timeout(5_000));
  return servers.filter(({backend}) => backend === 'ml-base');
}

/** How long it takes until the load balancer says so of a model, in milliseconds. */
async function until(at: number, says: (status: string) => boolean, deadlineMs: number): Promise<number> {
  const startMs = performance.now();
  const status = async () => says((await models())[at]?.status ?? 'gone');
  await expect.poll(status, {timeout: deadlineMs, interval: pollMs}).toBe(true);
  return performance.now() - startMs;
}

/** A new process at the port of a model that has died. */
async function restarted(at: number, serviceTime = time): Promise<void> {
  const port = Number(new URL(stack.models[at]?.url ?? '').port);
  stack.models[at] = await startStandIn(serviceTime, port);
}

async function died(at: number): Promise<void> {
  await stack.models[at]?.[Symbol.asyncDispose]();
}

/** What each model's counter gains while `load` runs. */
async function gained<T>(load: () => Promise<T>): Promise<{counts: number[]; value: T}> {
  const before = await models();
  const value = await load();
  const counts = (await models()).map(({sessions}, at) => sessions - (before[at]?.sessions ?? Number.NaN));
  return {counts, value};
}

/** Of new texts, ten at a time, the share that each model got. */
async function shares(): Promise<number[]> {
  const {counts} = await gained(() => capacity({url: stack.url, sizeBytes: 200, durationMs: 3_000, concurrency: 10}));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all);
}

describe('three models', () => {
  beforeAll(async () => {
    stack = await standInStack({edition: 'community', ...place}, time);
  });
  afterAll(async () => {
    for (const at of [0, 1, 2]) await died(at);
    await stack?.[Symbol.asyncDispose]();
  });

  test('the statistics show three UP, as a page, as CSV and read-only', async () => {
    const url = stack.plan.urls.stats ?? '';
    const page = await (await fetch(url)).text();
    for (const name of ['ml-base-1', 'ml-base-2', 'ml-base-3']) expect(page).toContain(name);
    const [head = '', ...lines] = (await (await fetch(`${url};csv`)).text()).trim().split('\n');
    const fields = head.replace(/^# /, '').split(',');
    const rows = lines.map((line) => line.split(','));
    for (const row of rows) expect(row).toHaveLength(fields.length);
    const ofModels = rows.filter(([backend, server]) => backend === 'ml-base' && /^ml-base-\d$/.test(server ?? ''));
    expect(ofModels.map((row) => row[fields.indexOf('status')])).toEqual(['UP', 'UP', 'UP']);
    for (const row of ofModels) expect(row[fields.indexOf('stot')]).toMatch(/^\d+$/);
    const drain = {method: 'POST', body: new URLSearchParams({s: 'ml-base-1', action: 'drain', b: 'ml-base'})};
    expect((await fetch(url, drain)).status).toBe(405);
    expect((await models()).map(({status}) => status)).toEqual(['UP', 'UP', 'UP']);
  });

  test('ten crashes under load: each is seen within 5 s, each replica is back in time, no request is lost', async () => {
    const {rise, downinterMs} = timingProfiles.fast;
    const seenMs: number[] = [];
    let over = false;
    const loading = (async () => {
      const loads = [];
      while (!over) loads.push(await openLoop({url: stack.url, sizeBytes: 200, ratePerSecond: 20, durationMs: 500}));
      return loads;
    })();
    try {
      for (let trial = 0; trial < 10; trial += 1) {
        const at = trial % 3;
        await died(at);
        seenMs.push(await until(at, (status) => !status.startsWith('UP'), 5_000));
        await restarted(at);
        expect(await until(at, (status) => status === 'UP', 10_000)).toBeLessThan(rise * downinterMs + 2_000);
      }
    } finally {
      over = true;
    }
    expect(seenMs).toHaveLength(10);
    expect(Math.max(...seenMs)).toBeLessThan(5_000);
    for (const load of await loading) expect(load).toMatchObject({answered: load.sent, failures: {}});
  });

  test('a replica that came back gets at least 15 of the next 90 requests', async () => {
    await died(1);
    await until(1, (status) => !status.startsWith('UP'), 5_000);
    await restarted(1);
    await until(1, (status) => status === 'UP', 10_000);
    const load = {url: stack.url, sizeBytes: 200, ratePerSecond: 45, durationMs: 2_000};
    const {counts, value} = await gained(() => openLoop(load));
    expect(value).toMatchObject({sent: 90, answered: 90});
    expect(counts[1]).toBeGreaterThanOrEqual(0.15 * 90);
  });

  test('with two of three dead every request is answered, at a third of the rate', async () => {
    const busy = {url: stack.url, sizeBytes: 200, concurrency: 10};
    const ofThree = await capacity({...busy, durationMs: 2_000});
    await Promise.all([died(0), died(1)]);
    const load = await openLoop({url: stack.url, sizeBytes: 200, ratePerSecond: 15, durationMs: 3_334});
    expect(load).toMatchObject({sent: 50, answered: 50, failures: {}});
    const ofOne = await capacity({...busy, durationMs: 2_000});
    expect(ofOne / ofThree).toBeGreaterThanOrEqual(0.25);
    expect(ofOne / ofThree).toBeLessThanOrEqual(0.42);
    for (const at of [0, 1]) await restarted(at);
    for (const at of [0, 1]) await until(at, (status) => status === 'UP', 10_000);
  });

  // The last one: it leaves a slow replica.
  test('a replica that takes five times as long gets less than a fifth', async () => {
    for (const share of await shares()) expect(share).toBeGreaterThan(0.25);
    await died(0);
    await restarted(0, {...time, perCallMs: 5 * time.perCallMs});
    await until(0, (status) => status === 'UP', 10_000);
    const [slow] = await shares();
    expect(slow).toBeGreaterThan(0);
    expect(slow).toBeLessThan(0.2);
  });
});

test('five replicas are five UP, each with about a fifth', async () => {
  stack = await standInStack({edition: 'community', replicas: 5, ...place}, time);
  await using _ = stack;
  expect((await models()).map(({status}) => status)).toEqual(Array.from({length: 5}, () => 'UP'));
  const all = await shares();
  expect(all).toHaveLength(5);
  for (const share of all) {
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
  }
});
