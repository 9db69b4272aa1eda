import {randomBytes} from 'node:crypto';
import {mkdtemp, readdir, rm, stat} from 'node:fs/promises';
import type {Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {encodeRequest} from '@sutra/contract/l2-frames';
import {getRequestBytes, writeGetRequest} from '@sutra/contract/l2-get-frames';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {KeyTable} from '../../../templates/cache/dist/store/index/key-table.js';
import {keyedHash} from '../../../templates/cache/dist/store/index/keyed-hash.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from './support/l2-connection.js';
import {framed, openSocket} from './support/raw-l2.js';
import {ShardProcess} from './support/shard-process.js';

vi.setConfig({testTimeout: 120_000});

const megabyte = 1024 * 1024;
/** The bound of all connections together, twice over while buffers grow, and what a heap takes. */
const mostGrowthBytes = 300 * megabyte;
const key = keyOf('kept');
const hello = encodeRequest(l2Ops.hello, 1, {version: 2, name: 'flood'});
let folder: string;
let shard: ShardProcess;
let bystander: L2Connection;
let sockets: Socket[] = [];
const lookMs = 20;
/** Memory may grow after the first connection was ended, too. */
const fewestLooks = 100;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-flood-'));
  shard = await ShardProcess.start(folder);
  bystander = await shard.connect('bystander');
  await bystander.put([entryOf(key)]);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

/** Opens so many connections that send all of this, and watches memory until the shard has ended some of them. */
async function peakGrowth(connections: number, bytes: Buffer): Promise<number> {
  const before = await shard.rssBytes();
  let peak = before;
  sockets = await Promise.all(Array.from({length: connections}, () => openSocket(shard.port)));
  const ended = /"event":"connection ended".*shared limit/;
  for (const socket of sockets) socket.write(bytes);
  for (let tries = 0; tries < 500 && !(ended.test(shard.output) && tries > fewestLooks); tries += 1) {
    await sleep(lookMs);
    peak = Math.max(peak, await shard.rssBytes());
  }
  expect(shard.output).toMatch(ended);
  return peak - before;
}

async function servesBystander(): Promise<void> {
  expect(await bystander.get([key])).toEqual([vectorOf(key)]);
  const late = keyOf('late');
  await bystander.put([entryOf(late)]);
  expect(await bystander.get([late])).toEqual([vectorOf(late)]);
}

it('half frames of many connections stay within one bound, and a bystander is served', async () => {
  const half = framed(Buffer.concat([Buffer.from([0x93, l2Ops.putMany]), Buffer.alloc(6 * megabyte)]), 8 * megabyte);
  expect(await peakGrowth(120, Buffer.concat([hello, half]))).toBeLessThan(mostGrowthBytes);
  await servesBystander();
});

it('replies that many connections ask for and never take stay within the same bound', async () => {
  const large = Array.from({length: 256}, (_, index) => keyOf(`large ${index}`));
  for (let first = 0; first < large.length; first += 64) {
    await bystander.put(large.slice(first, first + 64).map((each) => entryOf(each, 0, 16_384)));
  }
  const get = Buffer.alloc(getRequestBytes(large.length));
  writeGetRequest(get, 0, 5, Buffer.concat(large));
  expect(await peakGrowth(60, Buffer.concat([hello, get, get]))).toBeLessThan(mostGrowthBytes);
  await servesBystander();
});

it('connections that hold the health port keep no probe out', async () => {
  sockets = await Promise.all(Array.from({length: 300}, () => openSocket(shard.healthPort)));
  for (const socket of sockets) socket.write('GET /health HTTP/1.1\r\nx: ');
  expect((await fetch(`http://127.0.0.1:${shard.healthPort}/health`)).status).toBe(200);
  await expect.poll(() => sockets.filter((socket) => !socket.destroyed && socket.readable).length).toBeLessThan(100);
});

it('the log of the store does not grow with what is written', async () => {
  for (let round = 0; round < 60; round += 1) {
    const keys = Array.from({length: 64}, (_, index) => keyOf(`round ${round} ${index}`));
    await bystander.put(keys.map((each) => entryOf(each, 0, 16_384)));
    await bystander.call(l2Ops.scan, {after: null, limit: 64});
  }
  expect(await readdir(folder)).toContain('vectors.sqlite-wal');
  expect((await stat(join(folder, 'vectors.sqlite-wal'))).size).toBeLessThan(50 * megabyte);
});

/** The longest way to a key, in a table of so many. */
function longestChain(keys: Buffer[], secret: readonly [number, number]): number {
  const counts = new Map<number, number>();
  for (const each of keys) {
    const bucket = keyedHash(secret, each, 0) & 0x1_ff_ff;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

it.each<[string, (index: number) => Buffer]>([
  ['the same first four bytes', () => Buffer.concat([Buffer.alloc(4, 7), randomBytes(28)])],
  ['all but their last four bytes in common', (index) => numbered(index, 28)],
  ['all but their first four bytes in common', (index) => numbered(index, 0)],
  [
    'a difference in one bit of each word alone',
    (index) => Buffer.from(Array.from({length: 32}, (_, at) => ((index >> (at >> 1)) & 1) << 7)),
  ],
])('50,000 keys with %s lie in the index as random ones do', (_what, make) => {
  const keys = Array.from({length: 50_000}, (_, index) => make(index));
  expect(longestChain(keys, [0x1234_5678, -0x7654_3210])).toBeLessThan(12);
  const table = new KeyTable();
  const slots = keys.map((each) => table.add(each, 0));
  expect(keys.map((each) => table.find(each, 0))).toEqual(slots);
});

it('the hash is HalfSipHash-1-3, as the reference has it', () => {
  const input = Uint8Array.from({length: 32}, (_, index) => index);
  expect(keyedHash([0x0302_0100, 0x0706_0504], input, 0)).toBe(3_161_315_981);
});

function numbered(index: number, at: number): Buffer {
  const bytes = Buffer.alloc(32, 9);
  bytes.writeUInt32BE(index, at);
  return bytes;
}
