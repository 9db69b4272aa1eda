import {once} from 'node:events';
import {Agent, request} from 'node:http';
import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import type {EmbedResponse} from '@sutra/contract/http-embed';
import {beforeAll, describe, expect, it} from 'vitest';
import {embed, jsonOf, metric, post} from './support/embed-client.js';
import {startEmbedder, startLoadedEmbedder} from './support/embedder-process.js';
import {miniLmId, modelOf, pullTimeoutMs} from './support/model.js';

/** Within the drain time: the clients go on asking while the embedder says that it goes. */
const drainingLoadMs = 800;
/** Far below the drain time and the longest that a request may take. */
const atOnceMs = 5_000;
const batch = Array.from({length: 128}, (_, i) => `${i} ${'a sentence that takes its time '.repeat(20)}`);

describe('an embedder that is told to stop', () => {
  let env: Record<string, string>;

  beforeAll(async () => {
    env = {SUTRA_ROLE: 'direct', SUTRA_MODEL_DIR: (await modelOf(miniLmId)).folder};
  }, pullTimeoutMs);

  it('says so on /ready, stays alive, goes on accepting, closes connections, finishes its work and exits 0', async () => {
    await using embedder = await startLoadedEmbedder({...env, SUTRA_DRAIN_MS: '1500'});
    const inFlight = post(embedder.url, '/embed', {texts: batch});
    await expect.poll(() => metric(embedder.url, 'sutra_embedding_queue_tokens')).toBeGreaterThan(0);
    embedder.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${embedder.url}/ready`)).status, {timeout: 1_000}).toBe(404);
    const health = await fetch(`${embedder.url}/health`);
    expect([health.status, health.headers.get('connection')]).toEqual([200, 'close']);
    expect(await embed(embedder.url, {texts: ['a late guest']})).toMatchObject({batch_size: 1});
    const answer = await inFlight;
    expect((await jsonOf<EmbedResponse>(answer)).embeddings).toHaveLength(batch.length);
    expect(await embedder.exited).toEqual({code: 0, signal: null});
    expect(embedder.events.map(({event}) => event)).toEqual(['started', 'model ready', 'draining', 'stopped']);
    await expect(fetch(`${embedder.url}/health`)).rejects.toThrow('fetch failed');
  }, 60_000);

  it('loses no request of a client that keeps its connections', async () => {
    await using embedder = await startLoadedEmbedder({...env, SUTRA_DRAIN_MS: '1000'});
    const agent = new Agent({keepAlive: true, maxSockets: 4});
    const outcomes: (number | string)[] = [];
    let draining = true;
    const clients = Array.from({length: 4}, async (_, client) => {
      for (let i = 0; draining; i++) outcomes.push(await keptPost(agent, embedder.url, `client ${client} text ${i}`));
    });
    await expect.poll(() => outcomes.length).toBeGreaterThan(10);
    embedder.kill('SIGTERM');
    await sleep(drainingLoadMs);
    draining = false;
    await Promise.all(clients);
    agent.destroy();
    expect(outcomes.length).toBeGreaterThan(20);
    expect(outcomes.filter((outcome) => outcome !== 200)).toEqual([]);
    expect(await embedder.exited).toEqual({code: 0, signal: null});
  }, 60_000);

  it('does not wait for connections that ask for nothing', async () => {
    await using embedder = await startLoadedEmbedder(env);
    const silent = connect({host: '127.0.0.1', port: Number(new URL(embedder.url).port)});
    silent.on('error', () => {});
    await once(silent, 'connect');
    // Connections are accepted in their order: that one was, when this one is answered.
    await fetch(`${embedder.url}/health`);
    embedder.kill('SIGTERM');
    expect(await Promise.race([embedder.exited, sleep(atOnceMs, 'it still waits')])).toEqual({code: 0, signal: null});
    silent.destroy();
  });

  it('ends at once on a second signal', async () => {
    await using embedder = await startLoadedEmbedder({...env, SUTRA_DRAIN_MS: '60000'});
    embedder.kill('SIGTERM');
    await expect.poll(() => embedder.events.at(-1)?.event).toBe('draining');
    embedder.kill('SIGTERM');
    expect(await Promise.race([embedder.exited, sleep(atOnceMs, 'it still drains')])).toEqual({
      code: null,
      signal: 'SIGKILL',
    });
  });

  it('listens before its model is loaded, and says that it loads', async () => {
    await using embedder = await startEmbedder(env);
    const health = await fetch(`${embedder.url}/health`);
    expect([health.status, await health.json()]).toEqual([503, expect.objectContaining({status: 'loading'})]);
    const answer = await post(embedder.url, '/embed', {texts: ['too early']});
    expect([answer.status, await answer.json()]).toMatchObject([503, {error: {code: 'model_not_ready'}}]);
  });
});

async function keptPost(agent: Agent, url: string, text: string): Promise<number | string> {
  const {promise, resolve} = Promise.withResolvers<number | string>();
  const call = request(`${url}/embed`, {method: 'POST', agent}, (answer) => {
    answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
  });
  call.on('error', (error) => resolve(error.message));
  call.end(JSON.stringify({text}));
  return await promise;
}
