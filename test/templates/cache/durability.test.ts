import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {needsRoot} from '../../support/skip.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

const rounds = Number(process.env.SUTRA_TEST_KILL_ROUNDS ?? 3);
const file = 'vectors.sqlite';
let folder: string;
const running: ShardProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-durable-'));
});

afterEach(async () => {
  for (const shard of running.splice(0)) await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function start(env: Record<string, string> = {}, where = folder): Promise<ShardProcess> {
  const shard = await ShardProcess.start(where, env);
  running.push(shard);
  return shard;
}

/** What came must be what was put under the key. Returns how many came. */
async function expectOwnVectors(client: L2Connection, keys: Buffer[]): Promise<number> {
  let hits = 0;
  for (let first = 0; first < keys.length; first += 200) {
    const some = keys.slice(first, first + 200);
    const found = await client.get(some);
    expect(found).toEqual(found.map((vector, index) => (vector === null ? null : vectorOf(some[index] as Buffer))));
    hits += found.filter((vector) => vector !== null).length;
  }
  return hits;
}

/** Of every eighth put no longer is waited for: some are in flight when the shard is killed. */
const aheadMs = 5;

/** Puts ten at a time, some in flight, until the shard is killed at so many acknowledged. Returns those. */
async function putUntilKilled(shard: ShardProcess, keys: Buffer[], killAt: number): Promise<Buffer[]> {
  const client = await shard.connect();
  const acknowledged: Buffer[] = [];
  let killed = false;
  const puts: Promise<unknown>[] = [];
  const onStored = (ten: Buffer[]) => {
    acknowledged.push(...ten);
    if (acknowledged.length < killAt || killed) return;
    killed = true;
    shard.child.kill('SIGKILL');
  };
  for (let first = 0; first < keys.length && !killed; first += 10) {
    const ten = keys.slice(first, first + 10);
    const put = client.put(ten.map((key) => entryOf(key))).then(
      () => onStored(ten),
      () => {},
    );
    puts.push(put);
    if (puts.length % 8 === 0) await Promise.race([put, sleep(aheadMs)]);
  }
  await Promise.all(puts);
  await shard.end('SIGKILL');
  return acknowledged;
}

const title = `kill -9 at a random moment of 10,000 puts, ${rounds} times: nothing acknowledged is lost, nothing wrong returned`;
it(title, {timeout: 60_000 + rounds * 20_000}, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const keys = Array.from({length: 10_000}, (_, index) => keyOf(`round ${round} text ${index}`));
    const acknowledged = await putUntilKilled(await start(), keys, 10 + Math.floor(Math.random() * 9900));
    const shard = await start({SUTRA_CACHE_MEMORY_BYTES: '0'});
    const reader = await shard.connect();
    expect(await expectOwnVectors(reader, acknowledged)).toBe(acknowledged.length);
    await expectOwnVectors(reader, keys);
    expect(await reader.call(l2Ops.stats, null)).toMatchObject({badRecords: 0, damagedFiles: 0});
    expect(await reader.call(l2Ops.verify, null)).toMatchObject({bad: 0});
    await shard.end('SIGKILL');
  }
});

async function stored(count: number): Promise<Buffer[]> {
  const shard = await start();
  const client = await shard.connect();
  const keys = Array.from({length: count}, (_, index) => keyOf(`text ${index}`));
  for (let first = 0; first < count; first += 100) {
    await client.put(keys.slice(first, first + 100).map((key) => entryOf(key)));
  }
  await shard.end();
  return keys;
}

const asideFiles = async () => (await readdir(folder)).filter((name) => name.includes('.damaged-'));

it('a main file that is no database is set aside, said, and an empty one serves', async () => {
  const keys = await stored(100);
  const handle = await open(join(folder, file), 'r+');
  await handle.write(Buffer.alloc(4096, 0x55), 0, 4096, 0);
  await handle.close();
  const shard = await start();
  const client = await shard.connect();
  expect(shard.output).toContain('damaged file set aside');
  expect(await asideFiles()).toHaveLength(1);
  expect(await client.get(keys)).toEqual(keys.map(() => null));
  await client.put([entryOf(keyOf('new'))]);
  expect(await client.get([keyOf('new')])).toEqual([vectorOf(keyOf('new'))]);
});

it('a main file cut in half is set aside', async () => {
  await stored(300);
  await truncate(join(folder, file), Math.floor((await stat(join(folder, file))).size / 8192) * 4096);
  const shard = await start();
  await shard.waitFor(/damaged file set aside/);
  expect(await asideFiles()).toHaveLength(1);
});

it('damage anywhere in the file is never returned as a vector', {timeout: 120_000}, async () => {
  const keys = await stored(300);
  const original = await readFile(join(folder, file));
  let lossy = 0;
  for (let round = 0; round < 12; round += 1) {
    const damaged = Buffer.from(original);
    const at = 100 + Math.floor(Math.random() * (damaged.length - 700));
    for (let index = at; index < at + 600; index += 1) damaged[index] = Math.floor(Math.random() * 256);
    await writeFile(join(folder, file), damaged);
    const shard = await start();
    const client = await shard.connect();
    const hits = await expectOwnVectors(client, keys);
    const stats = await client.call(l2Ops.stats, null);
    const seen = stats.badRecords + stats.damagedFiles + (await client.call(l2Ops.verify, null)).bad;
    if (hits < keys.length) {
      lossy += 1;
      expect(seen).toBeGreaterThan(0);
    }
    await shard.end('SIGKILL');
    for (const name of await readdir(folder)) await rm(join(folder, name));
  }
  expect(lossy, 'rounds whose damage cost a vector').toBeGreaterThan(0);
});

it('a record whose bytes changed is a miss, counted, and gone', async () => {
  const keys = await stored(50);
  const path = join(folder, file);
  const bytes = await readFile(path);
  const at = bytes.indexOf(vectorOf(keys[7] as Buffer).subarray(0, 900));
  bytes[at + 450] = (bytes[at + 450] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const client = await (await start()).connect();
  expect((await client.get(keys)).map((vector) => vector === null)).toEqual(keys.map((_, index) => index === 7));
  expect(await client.call(l2Ops.stats, null)).toMatchObject({badRecords: 1, entries: 49});
  expect(await client.call(l2Ops.verify, null)).toEqual({checked: 49, bad: 0});
});

it('damage that shows while the shard runs sets the file aside, and the generation rises', async () => {
  const keys = await stored(2000);
  const shard = await start({SUTRA_CACHE_MEMORY_BYTES: '0'});
  const client = await shard.connect();
  const before = client.generation;
  const path = join(folder, file);
  const {size} = await stat(path);
  const handle = await open(path, 'r+');
  await handle.write(Buffer.alloc(size - 8192, 0x55), 0, size - 8192, 8192);
  await handle.close();
  let first = 0;
  const generation = async () => {
    await expectOwnVectors(client, keys.slice(first, first + 100));
    first = (first + 100) % keys.length;
    return client.generation;
  };
  await expect.poll(generation, {timeout: 10_000}).toBeGreaterThan(before);
  expect(shard.output).toContain('damaged file set aside');
  await client.put([entryOf(keyOf('new'))]);
  expect(await client.get([keyOf('new')])).toEqual([vectorOf(keyOf('new'))]);
});

it('on a full disk puts are refused and say so, gets go on, and it recovers by itself', async (context) => {
  needsRoot(context);
  const disk = join(folder, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  try {
    const shard = await start({}, disk);
    const client = await shard.connect();
    const keys = Array.from({length: 20}, (_, index) => keyOf(`kept ${index}`));
    await client.put(keys.map((key) => entryOf(key)));
    const ballast = join(disk, 'ballast');
    const handle = await open(ballast, 'w');
    await handle.write(Buffer.alloc(2_000_000)).catch(() => {});
    await handle.close();

    let refusal: unknown = null;
    for (let index = 0; index < 200 && refusal === null; index += 1) {
      const many = Array.from({length: 50}, (_, part) => entryOf(keyOf(`filling ${index} ${part}`)));
      refusal = await client.put(many).then(
        () => null,
        (error: unknown) => error,
      );
    }
    expect(refusal).toMatchObject({code: 'disk_full'});
    expect(await client.get(keys)).toEqual(keys.map((key) => vectorOf(key)));
    expect(await client.call(l2Ops.stats, null)).toMatchObject({writable: false});

    await rm(ballast);
    const late = keyOf('late');
    const put = () => client.put([entryOf(late)]).catch((error: unknown) => error);
    await expect.poll(put, {timeout: 5_000}).toEqual({stored: 1});
    expect(await client.get([late])).toEqual([vectorOf(late)]);
    expect(await client.call(l2Ops.stats, null)).toMatchObject({writable: true});
    await shard.end('SIGKILL');
    const again = await (await start({}, disk)).connect();
    expect(await again.get([late, ...keys])).toEqual([late, ...keys].map((key) => vectorOf(key)));
    await running.at(-1)?.end('SIGKILL');
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});
