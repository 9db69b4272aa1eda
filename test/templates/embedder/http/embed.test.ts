import OpenAI from 'openai';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {cosine, embed, embedRaw, largestDifference, metric, norm, refused, vectorOf} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {miniLmId, modelOf, pullTimeoutMs} from '../support/model.js';

const runs = (url: string) => metric(url, 'sutra_embedding_model_runs_total');

describe('the API of an embedder that does everything', () => {
  let embedder: EmbedderProcess;
  let url: string;

  beforeAll(async () => {
    const {folder} = await modelOf(miniLmId);
    embedder = await startLoadedEmbedder({
      SUTRA_ROLE: 'direct',
      SUTRA_MODEL_DIR: folder,
      SUTRA_EDITION: 'community',
      SUTRA_FORCE_DIMENSIONS: '128,64,9999',
    });
    url = embedder.url;
  }, pullTimeoutMs);
  afterAll(async () => {
    await embedder[Symbol.asyncDispose]();
  });

  it('answers in the documented shape', async () => {
    const answer = await embed(url, {texts: ['shape one', 'shape two']});
    expect(answer).toEqual({
      embeddings: [expect.any(Array), expect.any(Array)],
      dimension: 384,
      model: miniLmId,
      processing_time_ms: expect.any(Number),
      cached_count: 0,
      edition: 'community',
      batch_size: 2,
    });
    expect(await embed(url, {texts: ['shape one', 'shape three']})).toMatchObject({cached_count: 1});
  });

  it('gives the vectors the model is known for', async () => {
    const known = await vectorOf(url, 'This is an example sentence');
    expect(largestDifference(known.slice(0, 5), [0.067657, 0.063496, 0.048713, 0.079305, 0.037448])).toBeLessThan(2e-6);
    const eating = await vectorOf(url, 'A man is eating food.');
    expect(cosine(eating, await vectorOf(url, 'A man is eating a piece of bread.'))).toBeCloseTo(0.755, 2);
    expect(cosine(eating, await vectorOf(url, 'The stock market fell sharply today.'))).toBeCloseTo(0.004, 2);
  });

  it('takes a body that curl calls a form, and one without any type', async () => {
    for (const headers of [{'content-type': 'application/x-www-form-urlencoded'}, {'content-type': 'not/ a;; type'}]) {
      const answer = await fetch(`${url}/embed`, {method: 'POST', headers, body: '{"texts":["test"]}'});
      expect(answer.status).toBe(200);
    }
    const bytes = new TextEncoder().encode('{"text":"test"}');
    expect((await fetch(`${url}/embed`, {method: 'POST', body: bytes})).status).toBe(200);
  });

  it('keeps the order, and computes once a text that occurs twice', async () => {
    const texts = ['order a', 'order b', 'order a', 'order c', 'order b'];
    const before = await metric(url, 'sutra_embedding_batch_size_sum');
    const {embeddings} = await embed(url, {texts});
    expect((await metric(url, 'sutra_embedding_batch_size_sum')) - before).toBe(3);
    for (const [i, text] of texts.entries()) expect(embeddings[i]).toEqual(await vectorOf(url, text));
    expect(embeddings[0]).toEqual(embeddings[2]);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
  });

  it('counts as cached every row that the cache had', async () => {
    await embed(url, {texts: ['row a']});
    expect(await embed(url, {texts: ['row a', 'row b', 'row a', 'row b']})).toMatchObject({cached_count: 2});
  });

  it('serves every dimension on offer from one computed vector', async () => {
    const full = await vectorOf(url, 'many dimensions');
    const before = await runs(url);
    for (const dimension of [128, 64]) {
      const vector = await vectorOf(url, 'many dimensions', {dimension});
      const prefix = full.slice(0, dimension);
      expect(vector).toHaveLength(dimension);
      expect(norm(vector)).toBeCloseTo(1, 6);
      expect(
        largestDifference(
          vector,
          prefix.map((value) => value / norm(prefix)),
        ),
      ).toBeLessThan(1e-6);
    }
    expect(await runs(url)).toBe(before);
    expect(await refused(url, {texts: ['a'], dimension: 9999})).toMatchObject({status: 422});
  });

  it('does not normalise when told so, and never mixes the two in the cache', async () => {
    const unit = await vectorOf(url, 'raw or not');
    const raw = await vectorOf(url, 'raw or not', {normalize: false});
    expect(norm(unit)).toBeCloseTo(1, 6);
    expect(Math.abs(norm(raw) - 1)).toBeGreaterThan(0.01);
    expect(cosine(unit, raw)).toBeCloseTo(1, 6);
  });

  it('cuts a text that is too long when it may', async () => {
    const long = 'word '.repeat(300);
    const cut = await vectorOf(url, long, {truncate: true});
    expect(await vectorOf(url, 'word '.repeat(254))).toEqual(cut);
    expect(await refused(url, {texts: [long]})).toMatchObject({status: 413, error: {code: 'text_too_long'}});
  });

  it('keeps out of the cache what is to live 0 seconds', async () => {
    await embed(url, {texts: ['do not keep'], cache_ttl_seconds: 0});
    expect(await embed(url, {texts: ['do not keep']})).toMatchObject({cached_count: 0});
  });

  it('forgets everything on DELETE /cache', async () => {
    await embed(url, {texts: ['forget me']});
    const answer = await fetch(`${url}/cache`, {method: 'DELETE'});
    expect(await answer.json()).toEqual({cleared: expect.any(Number)});
    expect(await embed(url, {texts: ['forget me']})).toMatchObject({cached_count: 0});
  });

  it('computes one text once for fifty requests at the same time', async () => {
    const before = await runs(url);
    const vectors = await Promise.all(Array.from({length: 50}, () => vectorOf(url, 'asked by fifty')));
    expect(new Set(vectors.map((vector) => vector.join())).size).toBe(1);
    expect((await runs(url)) - before).toBe(1);
  });

  it('joins a hundred requests of one text each into few runs', async () => {
    const before = await runs(url);
    await Promise.all(Array.from({length: 100}, (_, i) => vectorOf(url, `one of a hundred, number ${i}`)));
    expect((await runs(url)) - before).toBeLessThanOrEqual(10);
  });

  it('answers another service in raw float32, with all it must know', async () => {
    const texts = ['raw a', 'raw b'];
    const {headers, values} = await embedRaw(url, {texts});
    const {embeddings} = await embed(url, {texts});
    expect([...values]).toEqual(embeddings.flat());
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-sutra-dimension': '384',
      'x-sutra-count': '2',
      'x-sutra-model': miniLmId,
      'x-sutra-tokens': '4,4',
      'x-sutra-artifact': '759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e',
    });
  });

  it('gives the openai client the same vectors, as floats, as base64 and by its own default', async () => {
    const client = new OpenAI({baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0});
    const input = ['an openai text', 'and another one'];
    const {embeddings} = await embed(url, {texts: input});
    for (const format of [{}, {encoding_format: 'float'}, {encoding_format: 'base64'}] as const) {
      const answer = await client.embeddings.create({model: 'all-MiniLM-L6-v2', input, ...format});
      const rows = answer.data.map(({embedding}) => decoded(embedding));
      expect(rows).toEqual(embeddings);
      expect(answer.data.map(({index}) => index)).toEqual([0, 1]);
      expect(answer.model).toBe(miniLmId);
    }
    const {embeddings: small} = await embed(url, {texts: input, dimension: 64});
    const answer = await client.embeddings.create({model: miniLmId, input, dimensions: 64});
    expect(answer.data.map(({embedding}) => embedding)).toEqual(small);
  });

  it('counts the tokens of every text, whether it computed the vector or had it', async () => {
    const client = new OpenAI({baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0});
    const input = ['This is an example sentence', 'This is an example sentence', 'word'];
    for (let i = 0; i < 2; i++) {
      const {usage} = await client.embeddings.create({model: miniLmId, input});
      expect(usage).toEqual({prompt_tokens: 7 + 7 + 3, total_tokens: 7 + 7 + 3});
    }
  });

  it('tells the openai client what is wrong in a way it understands', async () => {
    const client = new OpenAI({baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0});
    const wrong = client.embeddings.create({model: miniLmId, input: 'a', dimensions: 100});
    await expect(wrong).rejects.toMatchObject({status: 422, code: 'dimension_not_offered'});
  });
});

/** The client hands base64 over as it is when it was asked for by name. */
function decoded(embedding: number[] | string): number[] {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Uint8Array.from(Buffer.from(embedding, 'base64'));
  return [...new Float32Array(bytes.buffer)];
}
