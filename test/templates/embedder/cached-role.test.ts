import type {ServerResponse} from 'node:http';
import type {CacheStats, Info} from '@sutra/contract/http-info';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {embed, jsonOf, metric, post, refused, vectorOf} from './support/embed-client.js';
import {type EmbedderProcess, startEmbedder, startLoadedEmbedder} from './support/embedder-process.js';
import {sendVectors, startFakeModels} from './support/fake-models.js';
import {miniLmId, modelOf, pullTimeoutMs} from './support/model.js';

describe('a cached embedder before a real model', () => {
  let model: EmbedderProcess;
  let cached: EmbedderProcess;

  beforeAll(async () => {
    const {folder} = await modelOf(miniLmId);
    model = await startEmbedder({SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder});
    cached = await startLoadedEmbedder({SUTRA_ROLE: 'cached', ML_BASE_URL: model.url});
  }, pullTimeoutMs);
  afterAll(async () => {
    await cached[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  it('learns what the model is', async () => {
    const [ours, theirs] = await Promise.all(
      [cached, model].map(async ({url}) => jsonOf<Info>(await fetch(`${url}/info`))),
    );
    expect(ours).toMatchObject({role: 'cached', model: theirs?.model, limits: {queue_tokens: null}});
    const health = await (await fetch(`${cached.url}/health`)).json();
    expect(health).toMatchObject({status: 'healthy', ml_base_connected: true, model: miniLmId, dimension: 384});
  });

  it('gives the model’s own vectors, computed and from the cache', async () => {
    const texts = ['through the cache', 'and another text'];
    const {embeddings} = await embed(model.url, {texts});
    for (const cached_count of [0, 2])
      expect(await embed(cached.url, {texts})).toMatchObject({embeddings, cached_count});
    const answer = await post(cached.url, '/embed', {texts});
    expect(answer.headers.get('x-sutra-artifact')).toMatch(/^759c3cd2/);
  });

  it('sends what it does not have in one call, each text once', async () => {
    await embed(cached.url, {texts: ['known already']});
    const calls = await metric(cached.url, 'sutra_embedding_upstream_calls_total{status="200"}');
    const texts = await metric(model.url, 'sutra_embedding_texts_total');
    await embed(cached.url, {texts: ['new a', 'known already', 'new b', 'new a']});
    expect(await metric(cached.url, 'sutra_embedding_upstream_calls_total{status="200"}')).toBe(calls + 1);
    expect(await metric(model.url, 'sutra_embedding_texts_total')).toBe(texts + 2);
  });

  it('makes one model run for fifty requests of one text', async () => {
    const runs = await metric(model.url, 'sutra_embedding_model_runs_total');
    await Promise.all(Array.from({length: 50}, () => vectorOf(cached.url, 'fifty through the cache')));
    expect(await metric(model.url, 'sutra_embedding_model_runs_total')).toBe(runs + 1);
  });

  it('hands on what the model refuses, with the place in the request as it came', async () => {
    await embed(cached.url, {texts: ['short']});
    const long = 'word '.repeat(300);
    expect(await refused(cached.url, {texts: ['short', 'short', long]})).toMatchObject({
      status: 413,
      error: {code: 'text_too_long', details: {index: 2, tokens: 302, window: 256}},
    });
    expect(await embed(cached.url, {texts: [long], truncate: true})).toMatchObject({batch_size: 1});
  });

  it('is not disturbed by a model whose default dimension is another by now', async () => {
    const {folder} = await modelOf(miniLmId);
    const port = new URL(model.url).port;
    await model[Symbol.asyncDispose]();
    const narrower = {MATRYOSHKA_DIM: '128', SUTRA_FORCE_DIMENSIONS: '128'};
    model = await startLoadedEmbedder({SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder, SUTRA_PORT: port, ...narrower});
    expect(await embed(model.url, {texts: ['narrow']})).toMatchObject({dimension: 128});
    // Within the five seconds in which it believes in the old default.
    expect(await embed(cached.url, {texts: ['asked while the models change']})).toMatchObject({dimension: 384});
  });

  it('hands on a request of the largest legal size', async () => {
    const head = '{"text":"';
    const body = `${head}${'a '.repeat((196_608 - head.length - 20) / 2)}","truncate":true}`;
    expect(body.length).toBeGreaterThan(196_600);
    expect((await fetch(`${cached.url}/embed`, {method: 'POST', body})).status).toBe(200);
  });

  it('tells its figures', async () => {
    const stats = await jsonOf<CacheStats>(await fetch(`${cached.url}/cache/stats`));
    expect(stats.enabled).toBe(true);
    expect(stats.l1_hits).toBeGreaterThan(0);
    expect(stats.total_requests).toBe(stats.l1_hits + stats.l1_misses);
    expect(stats.l1_hit_rate).toBe(stats.l1_hits / stats.total_requests);
    expect(await metric(cached.url, 'sutra_embedding_cache_hits_total{tier="l1"}')).toBe(stats.l1_hits);
  });
});

describe('a cached embedder before models that misbehave', () => {
  const behind = async () => {
    const models = await startFakeModels();
    const env = {SUTRA_ROLE: 'cached', ML_BASE_URL: models.url, SUTRA_UPSTREAM_TIMEOUT_MS: '1000'};
    return {models, cached: await startLoadedEmbedder(env)};
  };
  const json =
    (status: number, body: unknown, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, {'content-type': 'application/json', ...headers}).end(JSON.stringify(body));
  const errorOf = (code: string) => ({error: {code, message: 'no', details: {limit: 1}}, request_id: 'x'});

  it('passes back-pressure on with its Retry-After, and what a proxy says in its own words', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    models.answer = json(429, errorOf('overloaded'), {'retry-after': '7'});
    const overloaded = await refused(cached.url, {texts: ['a']});
    expect(overloaded).toMatchObject({status: 429, error: {code: 'overloaded', details: {limit: 1}}});
    expect(overloaded.headers.get('retry-after')).toBe('7');
    models.answer = json(500, errorOf('internal'));
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 500, error: {code: 'internal'}});
    models.answer = json(503, errorOf('model_not_ready'));
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 503, error: {code: 'upstream_lost'}});
    models.answer = (response) => response.writeHead(413).end('<html>too large</html>');
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 413, error: {code: 'body_too_large'}});
    models.answer = (response) => response.writeHead(503).end('<html>no server is available</html>');
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 503, error: {code: 'upstream_lost'}});
  });

  it('refuses an answer of another length than was asked for', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    models.answer = (response) => sendVectors(models, response, ['x', 'y', 'z']);
    expect(await refused(cached.url, {texts: ['a', 'b']})).toMatchObject({status: 503, error: {code: 'upstream_lost'}});
  });

  it('asks once more on a kept connection that broke, and answers 503 while nobody is there', async () => {
    const {models, cached} = await behind();
    await using _kill = cached;
    let broken = 0;
    models.answer = (response) => {
      broken += 1;
      models.answer = null;
      response.destroy();
    };
    expect(await embed(cached.url, {texts: ['a']})).toMatchObject({dimension: 4});
    expect(broken).toBe(1);
    await models[Symbol.asyncDispose]();
    expect(await refused(cached.url, {texts: ['b']})).toMatchObject({status: 503, error: {code: 'upstream_lost'}});
    expect(await embed(cached.url, {texts: ['a']})).toMatchObject({cached_count: 1});
    const health = await fetch(`${cached.url}/health`);
    expect([health.status, await health.json()]).toEqual([
      200,
      expect.objectContaining({status: 'degraded', ml_base_connected: false}),
    ]);
  });

  it('gives up on models that hang, after its time-out', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    models.answer = () => {};
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 503, error: {code: 'upstream_lost'}});
  });

  it('gives up its call when the last client has gone', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    models.answer = () => {};
    const client = new AbortController();
    const gone = post(cached.url, '/embed', {texts: ['a']}, client.signal);
    await expect.poll(() => models.bodies.length).toBe(1);
    client.abort();
    await expect(gone).rejects.toThrow('aborted');
    await expect.poll(() => models.abandoned).toBe(1);
  });

  it('files a vector under the weights that made it: after a change nothing old is served', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    await embed(cached.url, {texts: ['old']});
    models.artifact = 'b'.repeat(64);
    const answer = await post(cached.url, '/embed', {texts: ['new']});
    expect(answer.headers.get('x-sutra-artifact')).toBe('b'.repeat(64));
    expect(await embed(cached.url, {texts: ['old']})).toMatchObject({cached_count: 0});
    expect(cached.events.map(({event}) => event)).toContain('model changed');
  });

  it('computes the same text anew for another purpose', async () => {
    const {models, cached} = await behind();
    await using _stop = models;
    await using _kill = cached;
    await embed(cached.url, {texts: ['a']});
    expect(await embed(cached.url, {texts: ['a'], input_type: 'query'})).toMatchObject({cached_count: 0});
    expect(models.bodies.at(-1)).toMatchObject({texts: ['a'], input_type: 'query'});
  });

  it('applies its own default dimension without asking anything of the models', async () => {
    const models = await startFakeModels();
    await using _stop = models;
    const env = {SUTRA_ROLE: 'cached', ML_BASE_URL: models.url, MATRYOSHKA_DIM: '2'};
    await using cached = await startLoadedEmbedder(env);
    expect(await embed(cached.url, {texts: ['a']})).toMatchObject({dimension: 2});
    expect(await embed(cached.url, {texts: ['a'], dimension: 4})).toMatchObject({dimension: 4, cached_count: 1});
    expect(await refused(cached.url, {texts: ['a'], dimension: 3})).toMatchObject({status: 422});
  });

  it('keeps nothing when the cache is off', async () => {
    const models = await startFakeModels();
    await using _stop = models;
    const env = {SUTRA_ROLE: 'cached', ML_BASE_URL: models.url, SUTRA_CACHE_ENABLED: 'false'};
    await using cached = await startLoadedEmbedder(env);
    for (let i = 0; i < 2; i++) expect(await embed(cached.url, {texts: ['a']})).toMatchObject({cached_count: 0});
    expect(models.bodies).toHaveLength(2);
    expect(await (await fetch(`${cached.url}/cache/stats`)).json()).toMatchObject({enabled: false, total_requests: 0});
  });

  it('waits for models that are not there yet', async () => {
    const models = await startFakeModels();
    const {url} = models;
    await models[Symbol.asyncDispose]();
    await using cached = await startEmbedder({SUTRA_ROLE: 'cached', ML_BASE_URL: url});
    const health = await fetch(`${cached.url}/health`);
    expect([health.status, await health.json()]).toEqual([503, expect.objectContaining({ml_base_connected: false})]);
    expect(await refused(cached.url, {texts: ['a']})).toMatchObject({status: 503, error: {code: 'model_not_ready'}});
    await using _models = await startFakeModels(Number(new URL(url).port));
    await expect.poll(async () => (await fetch(`${cached.url}/health`)).status, {timeout: 10_000}).toBe(200);
  });
});
