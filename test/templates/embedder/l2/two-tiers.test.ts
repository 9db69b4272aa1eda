import {type CacheCleared, type CacheStats, cacheStatsSchema} from '@sutra/contract/http-info';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {movableClock} from '../../support/movable-clock.js';
import {type CacheShard, startShard} from '../support/cache-shard.js';
import {embed, jsonOf, metric, vectorOf} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {type FakeModels, fakeVector, startFakeModels} from '../support/fake-models.js';

let models: FakeModels;
let shard: CacheShard;
let stack = new AsyncDisposableStack();

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  models = stack.use(await startFakeModels());
  shard = stack.use(await startShard());
});
afterEach(() => stack.disposeAsync());

async function replica(name: string, env: Record<string, string> = {}): Promise<EmbedderProcess> {
  const base = {
    SUTRA_ROLE: 'cached',
    ML_BASE_URL: models.url,
    SUTRA_SERVICE_NAME: name,
    SUTRA_CACHE_DEADLINE_MS: '2000',
  };
  const embedder = stack.use(await startLoadedEmbedder({...base, ...shard.env, ...env}));
  await expect.poll(() => embedder.events.map(({event}) => event)).toContain('cache shard connected');
  return embedder;
}

const stats = async ({url}: {url: string}) => jsonOf<CacheStats>(await fetch(`${url}/cache/stats`));
const clear = async ({url}: {url: string}) => jsonOf<CacheCleared>(await fetch(`${url}/cache`, {method: 'DELETE'}));
const stored = (embedder: EmbedderProcess, count: number) =>
  expect.poll(async () => (await stats(embedder)).l2, {timeout: 5_000}).toMatchObject({stored: count, queued: 0});
const computed = () => models.bodies.flatMap(({texts}) => texts);
const flat = (texts: string[]) => texts.map((text) => [...fakeVector(models, text)]);

describe('an embedder with both tiers', () => {
  it('is known to the shard by its name', async () => {
    await replica('embedding-service-1');
    await expect.poll(() => shard.events.map(({event}) => event)).toContain('connection from embedding-service-1');
  });

  it('sends one text to the model when of three one is in L1, one in L2 and one new', async () => {
    const other = await replica('other');
    await embed(other.url, {texts: ['in L2']});
    await stored(other, 1);
    const own = await replica('own');
    await embed(own.url, {texts: ['in L1']});
    models.bodies.length = 0;
    const texts = ['in L1', 'in L2', 'new'];
    expect(await embed(own.url, {texts})).toMatchObject({cached_count: 2, embeddings: flat(texts)});
    expect(computed()).toEqual(['new']);
    expect((await stats(own)).replicas.find(({replica: name}) => name === 'own')?.counters).toMatchObject({
      l1_hits: 1,
      l1_misses: 3,
      l2_hits: 1,
      l2_misses: 2,
    });
  });

  it('promotes what L2 had: the next time it is not asked', async () => {
    const first = await replica('first');
    await embed(first.url, {texts: ['a']});
    await stored(first, 1);
    const second = await replica('second');
    for (let i = 0; i < 3; i++) expect(await embed(second.url, {texts: ['a']})).toMatchObject({cached_count: 1});
    expect(await metric(second.url, 'sutra_embedding_l2_calls_total')).toBe(1);
    expect(await metric(second.url, 'sutra_embedding_cache_hits_total{tier="l1"}')).toBe(2);
  });

  it('keeps a promoted vector no longer than L2 would have', async () => {
    const minute = movableClock({passMs: 60_001});
    shard = stack.use(await startShard(minute));
    const first = await replica('first');
    await embed(first.url, {texts: ['short'], cache_ttl_seconds: 60});
    await stored(first, 1);
    const second = await replica('second', minute);
    expect(await embed(second.url, {texts: ['short']})).toMatchObject({cached_count: 1});
    for (const service of [shard, second]) {
      service.kill('SIGUSR2');
      await expect.poll(() => service.events.map(({event}) => event)).toContain('clock moved');
    }
    expect(await embed(second.url, {texts: ['short']})).toMatchObject({cached_count: 0});
  });

  it('stores nothing in either tier that is to live 0 seconds', async () => {
    const own = await replica('own');
    await embed(own.url, {texts: ['not to be kept'], cache_ttl_seconds: 0});
    await embed(own.url, {texts: ['to be kept']});
    await stored(own, 1);
    expect(await embed(own.url, {texts: ['not to be kept']})).toMatchObject({cached_count: 0});
  });

  it('answers from L2 after a restart, with a full cached_count', async () => {
    const texts = Array.from({length: 40}, (_, i) => `text ${i}`);
    const before = await replica('own');
    const {embeddings} = await embed(before.url, {texts});
    before.kill('SIGTERM');
    expect(await before.exited).toEqual({code: 0, signal: null});
    await shard.restart();
    models.bodies.length = 0;
    const after = await replica('own');
    expect(await embed(after.url, {texts})).toMatchObject({cached_count: 40, embeddings});
    expect(models.bodies).toHaveLength(0);
  });

  it('makes one model call, and one look-up, for fifty requests of one new text', async () => {
    const own = await replica('own');
    const answers = await Promise.all(Array.from({length: 50}, () => vectorOf(own.url, 'asked by fifty')));
    expect(new Set(answers.map(String))).toEqual(new Set([String([...fakeVector(models, 'asked by fifty')])]));
    expect(computed()).toEqual(['asked by fifty']);
    expect(await metric(own.url, 'sutra_embedding_l2_calls_total')).toBe(1);
  });

  it('looks up the keys of a whole request in one call', async () => {
    const own = await replica('own');
    await embed(own.url, {texts: Array.from({length: 256}, (_, i) => `one of many ${i}`)});
    expect(await metric(own.url, 'sutra_embedding_l2_calls_total')).toBe(1);
    await stored(own, 256);
  });

  it('never answers with a vector of another model, artifact or width, however warm the shard is', async () => {
    const texts = ['a', 'b'];
    const first = await replica('first');
    await embed(first.url, {texts});
    await stored(first, 2);
    models.artifact = 'b'.repeat(64);
    const second = await replica('second');
    expect(await embed(second.url, {texts})).toMatchObject({cached_count: 0, embeddings: flat(texts)});
    await expect.poll(async () => (await stats(second)).l2.stored).toBe(4);
    Object.assign(models, {artifact: 'c'.repeat(64), width: 16});
    const third = await replica('third', {SUTRA_CACHE_TTL: '60'});
    for (const [dimension, cached_count] of [
      [16, 0],
      [8, 2],
    ] as const) {
      const answer = await embed(third.url, {texts, dimension});
      expect(answer).toMatchObject({cached_count, dimension});
      expect(answer.embeddings.map((row) => row.length)).toEqual([dimension, dimension]);
    }
    expect(await embed(third.url, {texts})).toMatchObject({cached_count: 2, embeddings: flat(texts)});
  });

  it('counts what it cannot queue for the shard, and answers all the same', async () => {
    const own = await replica('own', {SUTRA_CACHE_QUEUE_ENTRIES: '10'});
    const texts = Array.from({length: 100}, (_, i) => `text ${i}`);
    expect(await embed(own.url, {texts})).toMatchObject({embeddings: flat(texts)});
    await expect.poll(async () => (await stats(own)).l2).toMatchObject({stored: 10, dropped: 90, queued: 0});
  });
});

describe('DELETE /cache', () => {
  it('empties both tiers for every replica, within a second and without traffic', async () => {
    const [one, two] = await Promise.all([replica('one'), replica('two')]);
    for (const {url} of [one, two]) await embed(url, {texts: ['a']});
    await expect.poll(async () => (await stats(one)).l2.queued).toBe(0);
    expect(await clear(one)).toEqual({cleared: 1, l2: 'cleared'});
    // Not its statistics: asking for them asks the shard.
    await expect.poll(() => metric(two.url, 'sutra_embedding_cache_entries'), {timeout: 1_000}).toBe(0);
    const sizes = async () => (await stats(two)).replicas.map(({counters}) => counters.l1_size);
    await expect.poll(sizes).toEqual([0, 0]);
    expect(await embed(two.url, {texts: ['a']})).toMatchObject({cached_count: 0});
  });

  it('is kept in mind while the shard is away, and what was cleared does not come back with it', async () => {
    const one = await replica('one');
    const two = await replica('two');
    await embed(one.url, {texts: ['a']});
    await stored(one, 1);
    shard.kill('SIGKILL');
    await expect.poll(() => one.events.map(({event}) => event)).toContain('cache shard lost');
    expect(await clear(one)).toEqual({cleared: 1, l2: 'pending'});
    expect((await stats(one)).l2).toMatchObject({state: 'away', clear_pending: true});
    await shard.restart();
    expect(await embed(one.url, {texts: ['a']})).toMatchObject({cached_count: 0});
    await expect.poll(async () => (await stats(one)).l2).toMatchObject({state: 'ready', clear_pending: false});
    await expect.poll(async () => (await stats(two)).l2.state).toBe('ready');
    models.bodies.length = 0;
    expect(await embed(two.url, {texts: ['a']})).toMatchObject({cached_count: 0});
    expect(computed()).toEqual(['a']);
  });

  it('does not keep what was being computed when it came', async () => {
    const own = await replica('own');
    const answer = Promise.withResolvers<void>();
    const {promise: asked, resolve} = Promise.withResolvers<void>();
    models.answer = async (response) => {
      resolve();
      await answer.promise;
      models.answer = null;
      const {sendVectors} = await import('../support/fake-models.js');
      sendVectors(models, response, ['slow']);
    };
    const slow = embed(own.url, {texts: ['slow']});
    await asked;
    await clear(own);
    answer.resolve();
    await slow;
    await expect.poll(async () => (await stats(own)).l2).toMatchObject({stored: 0, dropped: 1, queued: 0});
    expect(await embed(own.url, {texts: ['slow']})).toMatchObject({cached_count: 0});
  });
});

describe('/cache/stats', () => {
  it('says one half after one miss and one hit, by the nine keys of the seed', async () => {
    const own = await replica('own');
    for (let i = 0; i < 2; i++) await embed(own.url, {texts: ['a']});
    const body = await stats(own);
    expect(cacheStatsSchema.parse(body)).toMatchObject({
      l1_size: 1,
      l1_hits: 1,
      l1_misses: 1,
      l1_hit_rate: 0.5,
      l2_hits: 0,
      l2_misses: 1,
      l2_hit_rate: 0,
      combined_hit_rate: 0.5,
      total_requests: 2,
      scope: 'service',
    });
  });

  it('sums all replicas and lists each; alone without the shard, and says so', async () => {
    const [one, two] = await Promise.all([replica('one'), replica('two')]);
    await embed(one.url, {texts: ['a']});
    await stored(one, 1);
    for (let i = 0; i < 2; i++) await embed(two.url, {texts: ['a']});
    await expect
      .poll(() => stats(one))
      .toMatchObject({scope: 'service', l1_hits: 1, l1_misses: 2, l2_hits: 1, l2_misses: 1, total_requests: 3});
    const body = await stats(one);
    expect(body.combined_hit_rate).toBe(2 / 3);
    expect(body.l2_hit_rate).toBe(1 / 3);
    expect(body.l2.hit_rate).toBe(1 / 2);
    expect(body.replicas.map(({replica: name, stale}) => [name, stale])).toEqual([
      ['one', false],
      ['two', false],
    ]);
    shard.kill('SIGKILL');
    await expect.poll(() => stats(one)).toMatchObject({scope: 'replica', total_requests: 1, l2: {state: 'away'}});
  });
});
