import {randomBytes} from 'node:crypto';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {CacheStats} from '@sutra/contract/http-info';
import {newCacheSecret} from '@sutra/contract/l2-secret';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {leasePorts} from '../../../support/ports.js';
import {startShard} from '../support/cache-shard.js';
import {embed, jsonOf, metric} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {type FakeModels, fakeVector, startFakeModels} from '../support/fake-models.js';
import {startFakeShard, startLyingShard} from '../support/fake-shard.js';

/** A window with several tries to connect, in which nothing is said again. */
const repeatMs = 1_500;

let stack = new AsyncDisposableStack();
let models: FakeModels;
let asked = 0;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  models = stack.use(await startFakeModels());
});
afterEach(() => stack.disposeAsync());

async function embedderWith(env: Record<string, string>): Promise<EmbedderProcess> {
  const base = {SUTRA_ROLE: 'cached', ML_BASE_URL: models.url};
  return stack.use(await startLoadedEmbedder({...base, ...env}));
}

/** New texts, one after another, each answered rightly: how long each took. */
async function askNew({url}: EmbedderProcess, count: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < count; i++) {
    asked += 1;
    const text = `new text ${asked}`;
    const startedMs = performance.now();
    expect(await embed(url, {texts: [text]})).toMatchObject({
      cached_count: 0,
      embeddings: [[...fakeVector(models, text)]],
    });
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}

const stats = async ({url}: {url: string}) => jsonOf<CacheStats>(await fetch(`${url}/cache/stats`));
const calls = ({url}: {url: string}) => metric(url, 'sutra_embedding_l2_calls_total');
const eventsOf = ({events}: EmbedderProcess) => events.map(({event}) => event);

describe('an embedder whose shard', () => {
  it('was never there computes, and calls nobody once its breaker is open', async () => {
    const embedder = await embedderWith({SUTRA_CACHE_HOST: '127.0.0.1', SUTRA_CACHE_PORT: String(await leasePorts())});
    await askNew(embedder, 20);
    expect(await calls(embedder)).toBeLessThanOrEqual(6);
    const {l2} = await stats(embedder);
    expect(l2).toMatchObject({state: 'away', misses: 20});
    expect(l2.errors).toBeGreaterThanOrEqual(5);
  });

  it('hangs loses no request, waits no longer than the deadline, and uses it again when it goes on', async () => {
    const shard = stack.use(await startShard());
    const embedder = await embedderWith({...shard.env, SUTRA_CACHE_DEADLINE_MS: '200'});
    await expect.poll(() => eventsOf(embedder)).toContain('cache shard connected');
    await askNew(embedder, 3);
    shard.kill('SIGSTOP');
    const tookMs = await askNew(embedder, 8);
    // Five waits at most until the breaker opens. Far more than the deadline only if something else waited.
    expect(tookMs.filter((ms) => ms >= 200).length).toBeLessThanOrEqual(5);
    expect(Math.max(...tookMs)).toBeLessThan(200 + 300);
    expect(eventsOf(embedder)).toContain('cache shard is not called');
    const before = await calls(embedder);
    await askNew(embedder, 50);
    expect(await calls(embedder)).toBe(before);
    shard.kill('SIGCONT');
    await expect.poll(async () => (await stats(embedder)).l2.state, {timeout: 10_000}).toBe('ready');
    await askNew(embedder, 1);
    expect(await calls(embedder)).toBe(before + 1);
    // What was being stored when it hung, and what was computed meanwhile, gets there in the end.
    await expect
      .poll(async () => (await stats(embedder)).l2, {timeout: 10_000})
      .toMatchObject({stored: 62, queued: 0, dropped: 0});
  });

  it('dies and comes back loses no request, and finds there what was stored before', async () => {
    const shard = stack.use(await startShard());
    const embedder = await embedderWith(shard.env);
    await embed(embedder.url, {texts: ['stored before']});
    await expect.poll(async () => (await stats(embedder)).l2.stored).toBe(1);
    shard.kill('SIGKILL');
    await askNew(embedder, 30);
    await shard.restart();
    await expect
      .poll(async () => (await stats(embedder)).l2, {timeout: 10_000})
      .toMatchObject({
        state: 'ready',
        queued: 0,
        stored: 31,
      });
    const second = await embedderWith(shard.env);
    await expect.poll(() => eventsOf(second)).toContain('cache shard connected');
    expect(await embed(second.url, {texts: ['stored before']})).toMatchObject({cached_count: 1});
  });

  it.each([
    ['bytes at random', () => startFakeShard((socket) => socket.write(randomBytes(1_000)))],
    ['a frame that never ends', () => startFakeShard((socket) => socket.write(Buffer.from([0, 16, 0, 0, 1])))],
    ['an HTTP error', () => startFakeShard((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['a closed connection', () => startFakeShard((socket) => socket.destroy())],
    ['vectors that are too short', () => startLyingShard(new Float32Array(3))],
    ['vectors that are too long', () => startLyingShard(new Float32Array(8))],
    ['vectors of no numbers', () => startLyingShard(new Float32Array(4).fill(Number.NaN))],
  ])('answers with %s gets its errors counted, and none of its vectors served', async (_what, start) => {
    const shard = stack.use(await start());
    const embedder = await embedderWith(shard.env);
    await askNew(embedder, 20);
    await expect.poll(() => shard.connections).toBeGreaterThan(1);
    await askNew(embedder, 5);
    const {l2, l2_hits} = await stats(embedder);
    expect(l2_hits).toBe(0);
    expect(l2.errors).toBeGreaterThan(0);
    expect(l2.stored + l2.queued + l2.dropped).toBe(25);
  });

  it('asks for another secret is not used, which is said once; the right one is used without a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sutra-l2-secret-'));
    stack.defer(() => rm(folder, {recursive: true}));
    const [shardFile, embedderFile] = [join(folder, 'shard'), join(folder, 'embedder')];
    const [right, wrong] = [newCacheSecret(), newCacheSecret()];
    await writeFile(shardFile, right);
    await writeFile(embedderFile, wrong);
    const shard = stack.use(await startShard({SUTRA_CACHE_SECRET_FILE: shardFile}));
    const embedder = await embedderWith({...shard.env, SUTRA_CACHE_SECRET_FILE: embedderFile});
    await askNew(embedder, 20);
    expect((await stats(embedder)).l2).toMatchObject({state: 'away', stored: 0});
    const lost = () => embedder.events.filter(({event}) => event === 'cache shard lost');
    expect(lost()[0]?.reason).toContain('the secret does not match');
    await sleep(repeatMs);
    expect(lost().length).toBeLessThanOrEqual(2);
    expect(JSON.stringify([embedder.events, shard.events])).not.toMatch(new RegExp(`${right}|${wrong}`));
    await writeFile(embedderFile, right);
    await expect.poll(async () => (await stats(embedder)).l2.state, {timeout: 10_000}).toBe('ready');
    await askNew(embedder, 1);
    await expect.poll(async () => (await stats(embedder)).l2.stored, {timeout: 10_000}).toBeGreaterThan(0);
  });

  it('does not ask for the secret of the stack is not believed: its vectors are not served', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sutra-l2-secret-'));
    stack.defer(() => rm(folder, {recursive: true}));
    await writeFile(join(folder, 'secret'), newCacheSecret());
    const shard = stack.use(await startLyingShard(Float32Array.of(0.5, 0.5, 0.5, 0.5)));
    const embedder = await embedderWith({...shard.env, SUTRA_CACHE_SECRET_FILE: join(folder, 'secret')});
    await askNew(embedder, 20);
    expect(shard.gets).toBe(0);
    expect(embedder.events).toContainEqual(
      expect.objectContaining({
        event: 'cache shard lost',
        reason: expect.stringContaining('does not ask for the secret'),
      }),
    );
  });

  it('gives what is sound is believed', async () => {
    const vector = Float32Array.of(0.5, 0.5, 0.5, 0.5);
    const shard = stack.use(await startLyingShard(vector));
    const embedder = await embedderWith(shard.env);
    await expect.poll(() => eventsOf(embedder)).toContain('cache shard connected');
    expect(await embed(embedder.url, {texts: ['a']})).toMatchObject({cached_count: 1, embeddings: [[...vector]]});
  });
});
