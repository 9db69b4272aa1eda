import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type L2Page, type L2ScannedEntry, l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {movableClock} from '../support/movable-clock.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

let folder: string;
let shard: ShardProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-scan-'));
});

afterEach(async () => {
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function start(env: Record<string, string> = {}): Promise<L2Connection> {
  shard = await ShardProcess.start(folder, env);
  return await shard.connect();
}

async function fill(client: L2Connection, count: number, sizeBytes = 64): Promise<Buffer[]> {
  const keys = Array.from({length: count}, (_, index) => keyOf(`text ${index}`));
  for (let first = 0; first < count; first += 256) {
    await client.put(keys.slice(first, first + 256).map((key) => entryOf(key, 3_600, sizeBytes)));
  }
  return keys.toSorted(Buffer.compare);
}

async function walk(client: L2Connection, limit: number, between = async () => {}): Promise<L2ScannedEntry[]> {
  const entries: L2ScannedEntry[] = [];
  for (let after: Uint8Array | null = null; ; ) {
    const page: L2Page = await client.call(l2Ops.scan, {after, limit});
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    entries.push(...page.entries);
    if (page.next === null) return entries;
    after = page.next;
    await between();
  }
}

const hex = (keys: readonly Uint8Array[]) => keys.map((key) => Buffer.from(key).toString('hex'));

it('a walk meets every entry once, in the order of keys, with its vector and what it has left to live', async () => {
  const client = await start();
  // More than one stretch of the key space is sorted at a time.
  const keys = await fill(client, 20_000);
  const entries = await walk(client, 256);
  expect(hex(entries.map(([key]) => key))).toEqual(hex(keys));
  for (const [key, expiresAtMs, tokens, vector] of entries) {
    expect(Buffer.from(vector).equals(vectorOf(Buffer.from(key), 64))).toBe(true);
    expect(tokens).toBe(9);
    expect(expiresAtMs).toBeGreaterThan(Date.now() + 3_300_000);
    expect(expiresAtMs).toBeLessThanOrEqual(Date.now() + 3_600_000);
  }
});

it('two walks at once, with puts and deletes between, miss nothing that stays', async () => {
  const client = await start();
  const keys = await fill(client, 3_000);
  const other = await shard.connect('other');
  let turn = 0;
  const gone = new Set<string>();
  const disturb = async () => {
    const victim = keys[turn * 7 + 2_000];
    turn += 1;
    await client.put([entryOf(keyOf(`new ${turn}`)), entryOf(keys[turn] as Buffer, 60)]);
    if (victim === undefined || turn > 100) return;
    gone.add(victim.toString('hex'));
    await client.call(l2Ops.deleteMany, [victim]);
  };
  const walks = await Promise.all([walk(client, 100, disturb), walk(other, 37)]);
  for (const entries of walks) {
    const met = hex(entries.map(([key]) => key));
    expect(met).toEqual([...new Set(met)].toSorted());
    expect(hex(keys).filter((key) => !gone.has(key) && !met.includes(key))).toEqual([]);
  }
});

it('vectors of 4,096 dimensions that lie on the disk come in frames that are small enough', async () => {
  const client = await start({SUTRA_CACHE_MEMORY_BYTES: '20000'});
  const keys = await fill(client, 600, 16_384);
  expect(hex((await walk(client, 256)).map(([key]) => key))).toEqual(hex(keys));
});

it('a walk is no use: what was used least recently is still the next to go, and no hit is counted', async () => {
  const client = await start({SUTRA_CACHE_CAPACITY: '10'});
  const keys = Array.from({length: 10}, (_, index) => keyOf(`text ${index}`));
  for (const key of keys) await client.put([entryOf(key)]);
  await walk(client, 3);
  await client.put([entryOf(keyOf('the eleventh'))]);
  expect((await client.get(keys)).map((vector) => vector === null)).toEqual(keys.map((_, index) => index === 0));
  expect(await client.call(l2Ops.stats, null)).toMatchObject({hits: 9, misses: 1});
});

it('an empty shard has one empty page, an expired entry is on none, and a bad request is refused', async () => {
  const client = await start(movableClock({passMs: 1_001}));
  expect(await walk(client, 256)).toEqual([]);
  await client.put([entryOf(keyOf('short'), 1), entryOf(keyOf('long'), 60)]);
  await shard.moveClock();
  expect(hex((await walk(client, 256)).map(([key]) => key))).toEqual(hex([keyOf('long')]));
  await expect(client.call(l2Ops.scan, {after: null, limit: 257})).rejects.toMatchObject({code: 'invalid'});
  await expect(client.call(l2Ops.scan, {after: Buffer.alloc(31), limit: 5})).rejects.toMatchObject({code: 'invalid'});
});
