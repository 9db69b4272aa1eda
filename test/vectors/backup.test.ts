import {randomBytes} from 'node:crypto';
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {encode} from '@msgpack/msgpack';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {nodeSystem, realClock} from '../../src/system/node-system.js';
import type {Plan} from '../../src/topology/plan-schema.js';
import {backUp} from '../../src/vectors/backup.js';
import {readBackup} from '../../src/vectors/read-backup.js';
import {restore} from '../../src/vectors/restore.js';
import {planOf} from '../support/plans.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from '../templates/cache/support/l2-connection.js';
import {ShardProcess} from '../templates/cache/support/shard-process.js';
import {movableClock} from '../templates/support/movable-clock.js';

const minuteMs = 60_000;
let folder: string;
let shard: ShardProcess;
let client: L2Connection;
const system = (signal = new AbortController().signal) => nodeSystem(signal, folder);
const file = () => join(folder, 'vectors.backup');
const keys = (count: number) => Array.from({length: count}, (_, index) => keyOf(`text ${index}`));
const silent = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-backup-'));
  await startShard();
});

afterEach(async () => {
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function startShard(env: Record<string, string> = {}): Promise<void> {
  shard = await ShardProcess.start(join(folder, 'data'), {...movableClock({passMs: minuteMs}), ...env});
  client = await shard.connect();
}

/** A plan whose shard is the one of this test. */
function plan(settings: Parameters<typeof planOf>[0] = {}): Plan {
  const whole = planOf(settings);
  const services = whole.services.map((each) => (each.role === 'cache' ? {...each, firstHostPort: shard.port} : each));
  return {...whole, services};
}

async function fill(count: number, ttlSeconds = 3_600): Promise<void> {
  const all = keys(count);
  for (let first = 0; first < count; first += 256) {
    await client.put(all.slice(first, first + 256).map((key) => entryOf(key, ttlSeconds)));
  }
}

async function wipeShard(): Promise<void> {
  await shard.end();
  await rm(join(folder, 'data'), {recursive: true});
  await startShard();
}

const steps = (force = false) => ({
  force,
  runSteps: async (list: {run: (say: (text: string) => void) => Promise<void>}[]) => {
    for (const {run} of list) await run(silent);
  },
});
const restored = ({laterMs = 0} = {}) => {
  const clock = {...realClock, nowMs: () => realClock.nowMs() + laterMs};
  return restore({...system(), clock}, {plan: plan(), path: file(), steps: steps()});
};

it('what was backed up is back after the data is gone, and lives no longer than before', async () => {
  await fill(1_000);
  const before = await expiries();
  const done = await backUp(system(), plan(), file(), silent);
  expect(done).toMatchObject({file: file(), entries: 1_000});
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  await wipeShard();
  expect(await client.get(keys(3))).toEqual([null, null, null]);
  expect(await restored()).toMatchObject({entries: 1_000, stored: 1_000, expired: 0});
  expect(await client.get(keys(256))).toEqual(keys(256).map((key) => vectorOf(key)));
  const after = await expiries();
  expect(after.size).toBe(1_000);
  for (const [key, expiresAtMs] of after) expect(expiresAtMs).toBeLessThanOrEqual((before.get(key) ?? 0) + 50);
});

it('doing it twice is the same, and what has expired meanwhile is left out and counted', async () => {
  await fill(300);
  await client.put(keys(20).map((key) => entryOf(key, 60)));
  await backUp(system(), plan(), file(), silent);
  await shard.moveClock();
  for (let time = 0; time < 2; time += 1) {
    expect(await restored({laterMs: minuteMs})).toMatchObject({entries: 300, stored: 280, expired: 20});
  }
  expect((await expiries()).size).toBe(280);
});

it('an empty cache is a backup too, and a file that is there is not replaced', async () => {
  expect(await backUp(system(), plan(), file(), silent)).toMatchObject({entries: 0});
  expect(await restored()).toMatchObject({entries: 0, stored: 0});
  await expect(backUp(system(), plan(), file(), silent)).rejects.toMatchObject({code: 'USAGE'});
});

it('an interrupt leaves no file behind, and no half of one', async () => {
  await fill(5_000);
  const interrupt = new AbortController();
  let asked = 0;
  const clock = {
    ...system().clock,
    nowMs: () => {
      asked += 1;
      if (asked === 5) interrupt.abort(new Error('interrupted'));
      return Date.now();
    },
  };
  await expect(backUp({...system(interrupt.signal), clock}, plan(), file(), silent)).rejects.toThrow('interrupted');
  expect((await readdir(folder)).filter((name) => name.includes('backup'))).toEqual([]);
});

it('without a running shard, or a topology that has none, it says so', async () => {
  const stopped = plan();
  await shard.end();
  await expect(backUp(system(), stopped, file(), silent)).rejects.toMatchObject({code: 'STATE'});
  const direct = planOf({topology: 'direct'});
  await expect(backUp(system(), direct, file(), silent)).rejects.toMatchObject({
    code: 'STATE',
    message: expect.stringContaining('no cache shard'),
  });
});

it('vectors of another model are refused, unless asked for', async () => {
  await fill(10);
  await backUp(system(), plan({model: 'all-MiniLM-L6-v2'}), file(), silent);
  await client.call(l2Ops.clear, {});
  await expect(restored()).rejects.toMatchObject({code: 'STATE', message: expect.stringContaining('all-MiniLM-L6-v2')});
  expect(await client.call(l2Ops.stats, null)).toMatchObject({entries: 0});
  expect(await restore(system(), {plan: plan(), path: file(), steps: steps(true)})).toMatchObject({stored: 10});
});

describe('a damaged backup is refused, and nothing is put', () => {
  /** Deterministic, and different enough to hit every part of the file. */
  const places = (length: number) => Array.from({length: 60}, (_, index) => 10 + ((index * 7_919) % (length - 10)));

  it('cut at any of many places', async () => {
    await fill(600);
    await backUp(system(), plan(), file(), silent);
    const whole = await readFile(file());
    for (const length of [0, 1, 9, 18, ...places(whole.length), whole.length - 1, whole.length - 8]) {
      await writeFile(file(), whole.subarray(0, length));
      await refused(`cut to ${length}`);
    }
  });

  it('with one byte changed at any of many places', async () => {
    await fill(600);
    await backUp(system(), plan(), file(), silent);
    const whole = await readFile(file());
    // The ten bytes of gzip's own header hold nothing of ours but the mark of the format.
    for (const at of [0, 1, 2, ...places(whole.length), whole.length - 1, whole.length - 5]) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x41;
      await writeFile(file(), bytes);
      await refused(`byte ${at} changed`);
    }
  });

  it('with a page left out, put twice or swapped, though every frame is whole', async () => {
    await fill(600);
    await backUp(system(), plan(), file(), silent);
    const {gunzipSync} = await import('node:zlib');
    const frames = framesOf(gunzipSync(await readFile(file())));
    expect(frames.length).toBeGreaterThanOrEqual(5);
    const [header, one, two, ...rest] = frames as [Buffer, Buffer, Buffer, ...Buffer[]];
    for (const order of [
      [header, two, ...rest],
      [header, one, one, two, ...rest],
      [header, two, one, ...rest],
      [header, one, two, ...rest, one],
      [one, two, ...rest],
    ]) {
      await writeFile(file(), gzipSync(Buffer.concat(order)));
      await refused('frames moved');
    }
  });

  it('of another format, of a later one, or no backup at all', async () => {
    const later = encode({format: 'sutra-backup', schemaVersion: 2});
    const length = Buffer.alloc(4);
    length.writeUInt32BE(later.length);
    for (const [bytes, message] of [
      [gzipSync(Buffer.concat([length, later])), 'a backup of format 2'],
      [gzipSync(randomBytes(5_000)), 'not a backup made by sutra'],
      [randomBytes(5_000), 'not a backup made by sutra'],
      [Buffer.from('{"format": "sutra-backup"}'), 'not a backup made by sutra'],
    ] as const) {
      await writeFile(file(), bytes);
      await expect(restored()).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining(message)});
    }
  });

  async function refused(how: string): Promise<void> {
    const read = async () => {
      for await (const _ of readBackup(file(), AbortSignal.timeout(20_000), silent));
    };
    await expect(read(), how).rejects.toMatchObject({code: expect.stringMatching(/^(CHECKSUM|USAGE)$/)});
    if (!how.endsWith('7')) return;
    await client.call(l2Ops.clear, {});
    await expect(restored(), how).rejects.toMatchObject({code: expect.stringMatching(/^(CHECKSUM|USAGE)$/)});
    expect(await client.call(l2Ops.stats, null)).toMatchObject({entries: 0});
  }
});

function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

async function expiries(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let after: Uint8Array | null = null;
  do {
    const page: Awaited<ReturnType<typeof scan>> = await scan(after);
    for (const [key, expiresAtMs] of page.entries) found.set(Buffer.from(key).toString('hex'), expiresAtMs);
    after = page.next;
  } while (after !== null);
  return found;
}

function scan(after: Uint8Array | null) {
  return client.call(l2Ops.scan, {after, limit: 256});
}
