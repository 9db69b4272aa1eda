import {request} from 'node:http';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {cacheStatsSchema} from '@sutra/contract/http-info';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {embed, metric} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {type FakeModels, startFakeModels} from '../support/fake-models.js';

/** Long enough for each character to come in a packet of its own. */
const betweenPiecesMs = 5;
let models: FakeModels;
let embedder: EmbedderProcess;

beforeAll(async () => {
  models = await startFakeModels();
  models.width = 16;
  embedder = await startLoadedEmbedder({SUTRA_ROLE: 'cached', ML_BASE_URL: models.url, SUTRA_EDITION: 'édition "1"'});
});
afterAll(async () => {
  await embedder[Symbol.asyncDispose]();
  await models[Symbol.asyncDispose]();
});

const ask = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${embedder.url}/embed`, {method: 'POST', body: JSON.stringify(body), headers});

describe('an answer from L1', () => {
  it('differs from the computed one in nothing but what was cached and how long it took', async () => {
    const body = {texts: ['one', 'two', 'one'], dimension: 8};
    const answers = [await ask(body), await ask(body), await ask(body)];
    const [computed, ...cached] = await Promise.all(
      answers.map(async (answer) => {
        const {
          date: _date,
          'x-request-id': _id,
          'content-length': _length,
          ...headers
        } = Object.fromEntries(answer.headers);
        const {processing_time_ms: _took, ...rest} = JSON.parse(await answer.text());
        return {status: answer.status, headers, body: rest};
      }),
    );
    expect(computed?.body).toMatchObject({cached_count: 0, edition: 'édition "1"'});
    for (const answer of cached) expect(answer).toEqual({...computed, body: {...computed?.body, cached_count: 3}});
  });

  it('gives the request’s own id back, and makes one where there is none or a bad one', async () => {
    await ask({text: 'id'});
    const idOf = async (headers: Record<string, string>) =>
      (await ask({text: 'id'}, headers)).headers.get('x-request-id');
    expect(await idOf({'x-request-id': 'my.id-1'})).toBe('my.id-1');
    for (const headers of [{}, {'x-request-id': 'no id'}]) expect(await idOf(headers)).toMatch(/^[\da-f-]{36}$/);
  });

  it('is counted as a request like any other', async () => {
    const requests = 'sutra_embedding_requests_total{route="/embed",status="200"}';
    const seconds = 'sutra_embedding_request_duration_seconds_count{route="/embed"}';
    await ask({text: 'counted'});
    const before = await Promise.all([requests, seconds].map((sample) => metric(embedder.url, sample)));
    for (let i = 0; i < 3; i++) await ask({text: 'counted'});
    const after = await Promise.all([requests, seconds].map((sample) => metric(embedder.url, sample)));
    expect(after).toEqual(before.map((count) => count + 3));
  });

  it.each([
    ['/embed', {text: 'whose'}],
    ['/v1/embeddings', {input: 'whose else'}],
  ])(
    'of %s counts as a client’s, unless the request says that it is a test: then miss and hit stand apart',
    async (path, body) => {
      const ask = (headers: Record<string, string>) =>
        fetch(embedder.url + path, {method: 'POST', body: JSON.stringify(body), headers});
      const counted = async () => {
        const {l1_hits, l1_misses, tests} = cacheStatsSchema.parse(
          await (await fetch(`${embedder.url}/cache/stats`)).json(),
        );
        return {clients: [l1_hits, l1_misses], tests: [tests?.l1_hits, tests?.requests]};
      };
      const before = await counted();
      const [hits = 0, misses = 0] = before.clients;
      const [testHits = 0, tested = 0] = before.tests;
      for (const traffic of ['test', 'test']) await (await ask({'x-sutra-traffic': traffic})).text();
      expect(await counted()).toEqual({clients: [hits, misses], tests: [testHits + 1, tested + 2]});
      for (const headers of [{}, {'x-sutra-traffic': 'else'}]) await (await ask(headers)).text();
      expect(await counted()).toEqual({clients: [hits + 2, misses], tests: [testHits + 1, tested + 2]});
    },
  );

  it('is given to a body that comes in pieces', async () => {
    await ask({text: 'in pieces'});
    const body = JSON.stringify({text: 'in pieces'});
    const {promise, resolve} = Promise.withResolvers<string>();
    const sent = request(`${embedder.url}/embed`, {
      method: 'POST',
      headers: {'content-length': body.length},
    }).on('response', (answer) => resolve(text(answer)));
    for (const char of body) {
      sent.write(char);
      await sleep(betweenPiecesMs);
    }
    sent.end();
    expect(JSON.parse(await promise)).toMatchObject({cached_count: 1, embeddings: [expect.any(Array)]});
  });

  it('closes its connection while the embedder drains', async () => {
    await using draining = await startLoadedEmbedder({
      SUTRA_ROLE: 'cached',
      ML_BASE_URL: models.url,
      SUTRA_DRAIN_MS: '3000',
    });
    await embed(draining.url, {text: 'a'});
    draining.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${draining.url}/ready`)).status).toBe(404);
    const answer = await fetch(`${draining.url}/embed`, {method: 'POST', body: '{"text":"a"}'});
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({cached_count: 1});
  });
});
