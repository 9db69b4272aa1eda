import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {ShardClock} from '../../../templates/cache/dist/store/shard-clock.js';
import {type ClockMoves, movableClock} from '../support/movable-clock.js';
import {entryOf, keyOf, type L2Connection, vectorOf} from './support/l2-connection.js';
import {ShardProcess} from './support/shard-process.js';

vi.setConfig({testTimeout: 120_000});

const dayMs = 86_400_000;
const ttlSeconds = 60;
const key = keyOf('stored by a wrong clock');
let folder: string;
let shard: ShardProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-clock-'));
});

afterEach(async () => {
  await shard.end('SIGKILL');
  await rm(folder, {recursive: true, force: true});
});

async function start(moves: ClockMoves, env: Record<string, string> = {}): Promise<L2Connection> {
  shard = await ShardProcess.start(folder, {SUTRA_CACHE_TTL: String(ttlSeconds), ...env, ...movableClock(moves)});
  return await shard.connect();
}

/** What is left of the entry's life, as a get says and as a scan does; null where there is no entry. */
async function livesMs(client: L2Connection): Promise<number | null> {
  const {nowMs, entries} = await client.call(l2Ops.scan, {after: null, limit: 10});
  const lives = await client.lives([key]);
  const [entry] = entries;
  expect(entry === undefined).toBe(lives[0] === null);
  if (entry !== undefined) expect(Math.abs(entry[1] - nowMs - Number(lives[0]))).toBeLessThan(5_000);
  return lives[0] ?? null;
}

it.each([
  ['30 days ahead', 30 * dayMs],
  ['a century ahead', 36_500 * dayMs],
])('an entry of a clock that was %s lives no longer than the TTL once the clock is right', async (_what, offsetMs) => {
  const before = await start({offsetMs});
  await before.put([entryOf(key)]);
  await shard.end('SIGKILL');
  for (let starts = 0; starts < 2; starts += 1) {
    const lives = await livesMs(await start({offsetMs: 0}, {SUTRA_CACHE_MEMORY_BYTES: '0'}));
    expect(lives).toBeGreaterThan(0);
    expect(lives).toBeLessThanOrEqual(ttlSeconds * 1_000);
    await shard.end('SIGKILL');
  }
});

it('a clock that goes back a day while the shard runs prolongs no life, and refuses nothing', async () => {
  const client = await start({stepMs: -dayMs});
  await client.put([entryOf(key)]);
  await shard.moveClock();
  expect(await livesMs(client)).toBeLessThanOrEqual(ttlSeconds * 1_000);
  const late = keyOf('late');
  await client.put([entryOf(late)]);
  expect(await client.get([late])).toEqual([vectorOf(late)]);
  expect((await client.lives([late]))[0]).toBeLessThanOrEqual(ttlSeconds * 1_000);
  const generation = client.generation;
  await client.call(l2Ops.clear, {});
  expect(client.generation).toBeGreaterThan(generation);
  await client.put([entryOf(key)]);
  expect(await client.get([key])).toEqual([vectorOf(key)]);
});

it('a clock that goes on by a day ends every life', async () => {
  const client = await start({stepMs: dayMs});
  await client.put([entryOf(key)]);
  await shard.moveClock();
  expect(await livesMs(client)).toBeNull();
});

it('a shard whose clock begins in 1970 stores and serves; what it stored is gone when the clock is right', async () => {
  const client = await start({offsetMs: -Date.now()});
  await client.put([entryOf(key)]);
  expect(await livesMs(client)).toBeLessThanOrEqual(ttlSeconds * 1_000);
  await shard.end();
  expect(await livesMs(await start({offsetMs: 0}))).toBeNull();
});

it('a TTL that was lowered holds for what was stored before, in the log and after a further start', async () => {
  const client = await start({}, {SUTRA_CACHE_TTL: '86400'});
  await client.put([entryOf(key)]);
  await shard.end('SIGKILL');
  expect(await livesMs(await start({}))).toBeLessThanOrEqual(ttlSeconds * 1_000);
  await shard.end();
  const again = await start({}, {SUTRA_CACHE_TTL: '86400'});
  expect(await livesMs(again)).toBeLessThanOrEqual(ttlSeconds * 1_000);
});

it('the clock never goes back, follows the wall clock forward, and ignores one that no machine has', () => {
  const machine = {wallMs: 1_000_000, monotonicMs: 5};
  const clock = new ShardClock({wallMs: () => machine.wallMs, monotonicMs: () => machine.monotonicMs});
  const at = (wallMs: number, monotonicMs: number) => {
    Object.assign(machine, {wallMs, monotonicMs});
    return clock.nowMs();
  };
  expect(at(1_000_000, 5)).toBe(1_000_000);
  expect(at(500_000, 10)).toBe(1_000_005);
  expect(at(2_000_000, 20)).toBe(2_000_000);
  expect(at(2 ** 52, 30)).toBe(2_000_010);
  expect(at(2_000_005, 50)).toBe(2_000_030);
});
