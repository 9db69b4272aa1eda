import {beforeAll, describe, expect, it} from 'vitest';
import {metric, post, refused, vectorOf} from './support/embed-client.js';
import {startLoadedEmbedder} from './support/embedder-process.js';
import {miniLmId, modelOf, pullTimeoutMs} from './support/model.js';

const crashOnWord = new URL('support/crash-on-word.mjs', import.meta.url).href;

describe('an embedder whose inference worker crashes', () => {
  let env: Record<string, string>;

  beforeAll(async () => {
    const {folder} = await modelOf(miniLmId);
    env = {SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder, NODE_OPTIONS: `--import=${crashOnWord}`};
  }, pullTimeoutMs);

  const healthOf = async (url: string) => (await fetch(`${url}/health`)).status;

  it('answers 503 to what was in work, says so on /health, and serves again by itself', async () => {
    await using embedder = await startLoadedEmbedder(env);
    const {url} = embedder;
    const before = await vectorOf(url, 'the same before and after');
    for (let crash = 1; crash <= 2; crash++) {
      expect(await refused(url, {texts: ['crash']})).toMatchObject({status: 503, error: {code: 'model_not_ready'}});
      expect(await healthOf(url)).toBe(503);
      expect(await refused(url, {texts: ['meanwhile']})).toMatchObject({status: 503});
      await expect.poll(() => healthOf(url), {timeout: 20_000}).toBe(200);
      expect(await vectorOf(url, 'the same before and after')).toEqual(before);
      expect(await metric(url, 'sutra_embedding_worker_restarts_total')).toBe(crash);
    }
    const lost = embedder.events.filter(({event}) => event === 'worker lost');
    expect(lost.map(({restart_ms}) => restart_ms)).toEqual([250, 500]);
    embedder.kill('SIGTERM');
    expect(await embedder.exited).toEqual({code: 0, signal: null});
  }, 60_000);

  it('goes on with the workers that are left', async () => {
    await using embedder = await startLoadedEmbedder({...env, SUTRA_WORKERS: '2'});
    const {url} = embedder;
    const names = () => embedder.events.map(({event}) => event);
    await expect.poll(names, {timeout: 20_000}).toEqual(['started', 'model ready', 'worker ready']);
    expect(await refused(url, {texts: ['crash']})).toMatchObject({status: 503});
    expect((await post(url, '/embed', {texts: ['the other one']})).status).toBe(200);
    expect(await healthOf(url)).toBe(200);
    expect(names().at(-1)).toBe('worker lost');
  }, 60_000);
});
