import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {encode} from '@msgpack/msgpack';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {movableClock} from '../support/movable-clock.js';
import {entryOf, keyOf, vectorOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

let folder: string;
const running: ShardProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-shard-'));
});

afterEach(async () => {
  for (const shard of running.splice(0)) await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function start(env: Record<string, string> = {}): Promise<ShardProcess> {
  const shard = await ShardProcess.start(folder, env);
  running.push(shard);
  return shard;
}

const keys = (count: number, prefix = 'text') => Array.from({length: count}, (_, index) => keyOf(`${prefix} ${index}`));

it('what was put is got, by any connection, and a connection is named in the log', async () => {
  const shard = await start();
  const writer = await shard.connect('embedding-service-1');
  const reader = await shard.connect('embedding-service-2');
  const [known, unknown] = [keyOf('known'), keyOf('unknown')];
  expect(await writer.put([entryOf(known)])).toEqual({stored: 1});
  expect(await reader.get([unknown, known, unknown])).toEqual([null, vectorOf(known), null]);
  expect(shard.output).toContain('connection from embedding-service-1');
  expect(await reader.call(l2Ops.stats, null)).toMatchObject({entries: 1, hits: 1, misses: 2, puts: 1, connections: 2});
});

it('a clean stop and start keeps vectors, life and order of use', async () => {
  const first = await start({SUTRA_CACHE_CAPACITY: '10'});
  const client = await first.connect();
  const ten = keys(10);
  await client.put(ten.map((key) => entryOf(key)));
  await client.get([ten[0] as Buffer]);
  expect(await first.end()).toBe(0);

  const second = await start({SUTRA_CACHE_CAPACITY: '10'});
  const after = await second.connect();
  expect(after.generation).toBe(client.generation);
  await after.put([entryOf(keyOf('the eleventh'))]);
  const found = await after.get(ten);
  expect(found[0]).toEqual(vectorOf(ten[0] as Buffer));
  expect(found.map((vector) => vector === null)).toEqual(ten.map((_, index) => index === 1));
});

it('the eleventh entry of ten pushes out the one used least recently', async () => {
  const shard = await start({SUTRA_CACHE_CAPACITY: '10'});
  const client = await shard.connect();
  for (const key of keys(10)) await client.put([entryOf(key)]);
  await client.get([keys(1)[0] as Buffer]);
  await client.put([entryOf(keyOf('the eleventh'))]);
  const found = await client.get(keys(10));
  expect(found.filter((vector) => vector === null)).toHaveLength(1);
  expect(found[1]).toBeNull();
  expect(await client.call(l2Ops.stats, null)).toMatchObject({entries: 10, evictions: 1});
});

it('no entry outlives the TTL, whatever was asked and across a restart', async () => {
  const shard = await start({SUTRA_CACHE_TTL: '2', ...movableClock({passMs: 1_001})});
  const client = await shard.connect();
  const [short, long] = [keyOf('short'), keyOf('long')];
  await client.put([entryOf(short, 1), entryOf(long, 86_400)]);
  expect(await client.get([short, long])).not.toContain(null);
  await shard.moveClock();
  expect(await client.get([short])).toEqual([null]);
  await shard.end();
  const again = await start({SUTRA_CACHE_TTL: '2', ...movableClock({offsetMs: 2_000})});
  expect(await (await again.connect()).get([short, long])).toEqual([null, null]);
});

it('a put that was computed before a clear is refused, and no restart brings anything back', async () => {
  const shard = await start();
  const client = await shard.connect();
  const key = keyOf('cleared');
  const before = client.generation;
  await client.put([entryOf(key)]);
  const [, , late] = await Promise.allSettled([
    client.put([entryOf(key)], before),
    client.call(l2Ops.clear, {}),
    client.put([entryOf(key)], before),
  ]);
  expect(late).toMatchObject({status: 'rejected', reason: {code: 'stale_generation'}});
  expect(client.generation).toBeGreaterThan(before);
  expect(await client.get([key])).toEqual([null]);
  await expect(client.put([entryOf(key)], before)).rejects.toMatchObject({code: 'stale_generation'});
  await shard.end('SIGKILL');
  const again = await (await start()).connect();
  expect(again.generation).toBe(client.generation);
  expect(await again.get([key])).toEqual([null]);
});

it.each([
  ['a clear that names a generation', encode([l2Ops.clear, 1, {before: 2 ** 53 - 1}])],
  ['a put of a generation beyond any', encode([l2Ops.putMany, 1, [2 ** 52 + 1, [entryOf(keyOf('a'))]]])],
  ['a put that is to live longer than a year', encode([l2Ops.putMany, 1, [1, [entryOf(keyOf('a'), 31_536_001)]]])],
  ['a page of 257', encode([l2Ops.scan, 1, {after: null, limit: 257}])],
  ['a counter of no end', encode([l2Ops.report, 1, {replica: 'one', counters: {hits: Number.POSITIVE_INFINITY}}])],
  ['a counter below nothing', encode([l2Ops.report, 1, {replica: 'one', counters: {hits: -1}}])],
  ['a version of more than 16 bits', encode([l2Ops.hello, 1, {version: 65_536, name: 'one'}])],
])('%s is refused, and the shard clears, stores and starts again as before', async (_what, message) => {
  const shard = await start();
  const client = await shard.connect();
  await expect(client.raw(1, Buffer.from(message))).rejects.toMatchObject({code: 'invalid'});
  const {generation} = client;
  await client.call(l2Ops.clear, {});
  expect(client.generation).toBeGreaterThan(generation);
  await client.put([entryOf(keyOf('after'))]);
  await shard.end();
  expect(await (await (await start()).connect()).get([keyOf('after')])).toEqual([vectorOf(keyOf('after'))]);
});

it('a deleted key stays deleted, also when its put is still on the way', async () => {
  const shard = await start();
  const client = await shard.connect();
  const key = keyOf('deleted');
  await Promise.all([client.put([entryOf(key)]), client.call(l2Ops.deleteMany, [key])]);
  expect(await client.get([key])).toEqual([null]);
  await shard.end('SIGKILL');
  expect(await (await (await start()).connect()).get([key])).toEqual([null]);
});

it('vectors that memory has no room for are read from the disk', async () => {
  const shard = await start({SUTRA_CACHE_MEMORY_BYTES: '20000'});
  const client = await shard.connect();
  const hundred = keys(100);
  await client.put(hundred.map((key) => entryOf(key)));
  expect(await client.get(hundred)).toEqual(hundred.map((key) => vectorOf(key)));
  const stats = await client.call(l2Ops.stats, null);
  expect(stats).toMatchObject({entries: 100, badRecords: 0});
  expect(stats.memoryBytes).toBeLessThanOrEqual(20_000);
});

it('a key that is put again has the new vector, after a restart too', async () => {
  const shard = await start();
  const client = await shard.connect();
  const key = keyOf('twice');
  await Promise.all([client.put([entryOf(key, 0, 512)]), client.put([entryOf(key, 0, 2048)])]);
  expect(await client.get([key])).toEqual([vectorOf(key, 2048)]);
  await shard.end('SIGKILL');
  const again = await (await start()).connect();
  expect(await again.get([key])).toEqual([vectorOf(key, 2048)]);
  expect(await again.call(l2Ops.stats, null)).toMatchObject({entries: 1});
});

it('every replica learns what all have reported', async () => {
  const shard = await start();
  const [one, two] = [await shard.connect('one'), await shard.connect('two')];
  await one.call(l2Ops.report, {replica: 'one', counters: {hits: 3}});
  const {replicas} = await two.call(l2Ops.report, {replica: 'two', counters: {hits: 4}});
  expect(replicas).toMatchObject([
    {replica: 'one', stale: false, counters: {hits: 3}},
    {replica: 'two', stale: false, counters: {hits: 4}},
  ]);
});

it('verify walks every record', async () => {
  const client = await (await start()).connect();
  for (let part = 0; part < 3; part += 1) await client.put(keys(200, `part ${part}`).map((key) => entryOf(key)));
  expect(await client.call(l2Ops.verify, null)).toEqual({checked: 600, bad: 0});
});

it('a second shard is kept out of the folder', async () => {
  await start();
  await expect(ShardProcess.start(folder)).rejects.toThrow('in use by another cache shard');
  expect((await readdir(folder)).some((name) => name.includes('damaged'))).toBe(false);
});

it('health says loading or healthy, ready and metrics answer', async () => {
  const shard = await start();
  const client = await shard.connect();
  await client.put([entryOf(keyOf('one'))]);
  const get = (path: string) => fetch(`http://127.0.0.1:${shard.healthPort}${path}`);
  expect(await (await get('/health')).json()).toMatchObject({status: 'healthy', entries: 1, writable: true});
  expect((await get('/ready')).status).toBe(200);
  expect(await (await get('/metrics')).text()).toContain('sutra_cache_puts_total 1');
  expect((await get('/else')).status).toBe(404);
});

it('SIGTERM answers what was asked before it ends', async () => {
  const shard = await start();
  const client = await shard.connect();
  const pending = keys(200).map((key) => client.put([entryOf(key)]));
  await client.call(l2Ops.ping, null);
  const ended = shard.end();
  expect((await Promise.all(pending)).every(({stored}) => stored === 1)).toBe(true);
  expect(await ended).toBe(0);
  expect((await readdir(folder)).filter((name) => name.endsWith('-wal'))).toEqual([]);
});

it('a bad setting is one line that names it', async () => {
  const failed = ShardProcess.start(folder, {SUTRA_CACHE_CAPACITY: 'many'});
  await expect(failed).rejects.toThrow(/SUTRA_CACHE_CAPACITY is "many": must be a whole number/);
});
