import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {connect, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate, setTimeout as sleep} from 'node:timers/promises';
import {encode} from '@msgpack/msgpack';
import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeErrorBody, encodeRequest} from '@sutra/contract/l2-frames';
import {getRequestBytes, readReplyHead, writeGetRequest} from '@sutra/contract/l2-get-frames';
import {l2Ops, l2Version} from '@sutra/contract/l2-protocol';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {movableClock} from '../support/movable-clock.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

const frames = Number(process.env.SUTRA_TEST_FUZZ_FRAMES ?? 10_000);
/** What the shard allows for a frame to become whole, and for a client to take replies. */
const progressDeadlineMs = 10_000;
/** A window in which a shard that went on reading would show it in its memory. */
const unreadMs = 500;
/** It looks at its connections once a second. */
const lookMs = 1_000;
/** For the shard to read what the sockets were given before they are gone. */
const readMs = 20;
let folder: string;
let shard: ShardProcess;
let bystander: L2Connection;
const key = keyOf('kept');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-fuzz-'));
  shard = await ShardProcess.start(folder, movableClock({passMs: progressDeadlineMs}));
  bystander = await shard.connect('bystander');
  await bystander.put([entryOf(key)]);
});

afterAll(async () => {
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function open(): Promise<Socket> {
  const socket = connect(shard.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const hello = encodeRequest(l2Ops.hello, 1, {version: 1, name: 'fuzzer'});

/** The code of the first error reply, or null when the connection ended without one. */
async function firstError(socket: Socket): Promise<string | null> {
  const reader = new L2FrameReader();
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    reader.push(chunk);
    while (reader.next()) {
      const {bytes, start, end} = reader;
      if (readReplyHead(bytes, start, end).status === 1) return decodeErrorBody(bytes, start, end).code;
    }
  }
  return null;
}

async function sayAndHear(...parts: Buffer[]): Promise<string | null> {
  const socket = await open();
  socket.write(Buffer.concat(parts));
  const code = await firstError(socket).catch(() => null);
  socket.destroy();
  return code;
}

function framed(message: Uint8Array, claimed = message.length): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(claimed);
  return Buffer.concat([length, message]);
}

/** Some mutation may well be a clear: then what was there is gone by right, and a put works again. */
async function stillServes(): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await bystander.call(l2Ops.ping, null);
    const stored = await bystander.put([entryOf(key)]).catch(() => null);
    const [found] = await bystander.get([key]);
    if (stored !== null && found?.equals(vectorOf(key))) return;
  }
  throw new Error('a bystander is not served any more');
}

it('a request before hello, or a version that is none of ours, is told so', async () => {
  expect(await sayAndHear(encodeRequest(l2Ops.ping, 1, null))).toBe('bad_version');
  expect(await sayAndHear(encodeRequest(l2Ops.hello, 1, {version: 0, name: 'old'}))).toBe('bad_version');
});

it('a client of a later version is answered with the version that the shard speaks', async () => {
  const answer = await bystander.call(l2Ops.hello, {version: 99, name: 'newer'});
  expect(answer).toMatchObject({version: l2Version});
});

it.each([
  ['a claim of 4 GB', Buffer.from([255, 255, 255, 255, 1]), 'bad_frame'],
  ['a claim of 100 MB', framed(Buffer.from([1]), 100 * 1024 * 1024), 'bad_frame'],
  ['bytes that are not MessagePack', framed(Buffer.from([0xc1, 0xc1])), 'bad_frame'],
  ['an empty frame', framed(Buffer.alloc(0)), 'bad_frame'],
  ['arrays in arrays in arrays', framed(Buffer.alloc(60_000, 0x91)), 'bad_frame'],
  ['an array that claims 4 billion items', framed(Buffer.from([0xdd, 255, 255, 255, 255])), 'bad_frame'],
  ['a large frame that is no put', framed(Buffer.alloc(1_000_000, 0x91)), 'bad_frame'],
  ['a request of an unknown kind', framed(encode([77, 1, null])), 'invalid'],
  ['keys of 31 bytes', framed(encode([l2Ops.getMany, 1, new Uint8Array(31)])), 'invalid'],
  ['257 keys', framed(encode([l2Ops.getMany, 1, new Uint8Array(257 * 32)])), 'invalid'],
  ['a vector of 3 bytes', framed(encode([3, 1, [1, [[new Uint8Array(32), 1, 1, new Uint8Array(3)]]]])), 'invalid'],
  ['a vector of 20 KB', framed(encode([3, 1, [1, [[new Uint8Array(32), 1, 1, new Uint8Array(20_480)]]]])), 'invalid'],
])('%s is refused', async (_name, bytes, code) => {
  expect(await sayAndHear(hello, bytes)).toBe(code);
  await stillServes();
});

it('a get in any other width of MessagePack is answered as well', async () => {
  const socket = await open();
  socket.write(Buffer.concat([hello, framed(encode([l2Ops.getMany, 7, key]))]));
  const reader = new L2FrameReader();
  const ids: number[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    reader.push(chunk);
    while (reader.next()) ids.push(readReplyHead(reader.bytes, reader.start, reader.end).id);
    if (ids.length === 2) break;
  }
  expect(ids).toContain(7);
});

it(`${frames} mutated frames: no crash, no growth, others unharmed`, {timeout: 60_000 + frames * 5}, async () => {
  const get = Buffer.alloc(getRequestBytes(3));
  writeGetRequest(get, 0, 5, Buffer.concat([key, key, key]));
  const seeds = [
    get,
    hello,
    encodeRequest(l2Ops.putMany, 6, [bystander.generation, [entryOf(keyOf('a'), 1, 64), entryOf(keyOf('b'), 1, 64)]]),
    encodeRequest(l2Ops.deleteMany, 7, [keyOf('nothing')]),
    encodeRequest(l2Ops.report, 8, {replica: 'one', counters: {hits: 1}}),
    encodeRequest(l2Ops.stats, 9, null),
  ];
  const round = async (count: number) => {
    const sockets = await Promise.all(Array.from({length: count / 5}, open));
    for (const socket of sockets) {
      socket.resume();
      socket.write(hello);
      for (let index = 0; index < 5; index += 1) socket.write(mutated(seeds));
    }
    await stillServes();
    await sleep(readMs);
    for (const socket of sockets) socket.destroy();
  };
  await round(2000);
  const before = await shard.rssBytes();
  for (let done = 0; done < frames; done += 1000) await round(1000);
  await stillServes();
  expect((await shard.rssBytes()) - before).toBeLessThan(150 * 1024 * 1024);
  expect(shard.child.exitCode).toBeNull();
});

/** Most keep a right length, so that what is inside is reached. */
function mutated(seeds: Buffer[]): Buffer {
  const frame = Buffer.from(seeds[Math.floor(Math.random() * seeds.length)] as Buffer);
  const kind = Math.random();
  if (kind < 0.1) return frame.subarray(0, Math.floor(Math.random() * frame.length));
  if (kind < 0.2) frame.writeUInt32BE(Math.floor(Math.random() * 2 ** 32), 0);
  for (let flips = 0; flips < 1 + Math.random() * 4; flips += 1) {
    const at = 4 + Math.floor(Math.random() * (frame.length - 4));
    frame[at] = Math.floor(Math.random() * 256);
  }
  return frame;
}

/** The shard ends a connection for this reason when the deadline has passed since it saw that first, and not before. */
async function endedAtDeadline(reason: string): Promise<void> {
  expect(shard.output).not.toContain(reason);
  const output = async () => {
    await shard.moveClock();
    return shard.output;
  };
  await expect.poll(output, {interval: lookMs, timeout: 10 * lookMs}).toContain(reason);
}

it('half frames of a hundred connections cost what they sent, and end after the deadline', {
  timeout: 60_000,
}, async () => {
  const before = await shard.rssBytes();
  const half = framed(Buffer.concat([Buffer.from([0x93, 3]), Buffer.alloc(1000)]), 8 * 1024 * 1024);
  // One after the other: of those that have not been greeted yet, the shard ends the oldest.
  const sockets: Socket[] = [];
  for (let opened = 0; opened < 100; opened += 1) {
    const socket = await open();
    sockets.push(socket);
    socket.write(Buffer.concat([hello, half]));
    await once(socket, 'data');
  }
  const ended = once(sockets[0] as Socket, 'close');
  await stillServes();
  expect((await shard.rssBytes()) - before).toBeLessThan(100 * 1024 * 1024);
  await endedAtDeadline('its request was incomplete at the deadline');
  await ended;
  await stillServes();
  for (const socket of sockets) socket.destroy();
});

it('a client that asks and never reads is not read from, and ends after the deadline', {timeout: 60_000}, async () => {
  const before = await shard.rssBytes();
  const socket = await open();
  const get = Buffer.alloc(getRequestBytes(256));
  writeGetRequest(get, 0, 5, Buffer.alloc(256 * 32, key));
  socket.write(hello);
  let refused = false;
  for (let index = 0; index < 2000 && !refused; index += 1) {
    if (!socket.write(get)) refused = true;
    if (index % 100 === 0) await setImmediate();
  }
  for (let index = 0; index < 1000; index += 1) socket.write(get);
  await sleep(unreadMs);
  await stillServes();
  expect((await shard.rssBytes()) - before).toBeLessThan(100 * 1024 * 1024);
  await endedAtDeadline('it does not read its replies');
  await stillServes();
  socket.destroy();
});
