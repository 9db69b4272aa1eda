import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {z} from 'zod';
import {embed, metric, post} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {miniLmInt8Id, modelOf, pullTimeoutMs} from '../support/model.js';

const readySchema = z.object({token_budget: z.number(), tokens_per_second: z.number()});
const betweenProbesMs = 20;
const looks = 3;
/** Of the histogram of runs, in seconds. */
const runBuckets = [0.25, 0.5, 1, 2, 5, 10];

/** 256 texts, each about as long as a body of 192 KiB allows. */
const largest = Array.from({length: 256}, (_, i) => `${i} ${'embedding cache '.repeat(44)}`);

describe('an embedder at work', () => {
  let embedder: EmbedderProcess;

  beforeAll(async () => {
    const {folder} = await modelOf(miniLmInt8Id);
    const env = {SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder, SUTRA_QUEUE_TOKENS: '20000'};
    embedder = await startLoadedEmbedder(env);
  }, pullTimeoutMs);
  afterAll(async () => {
    await embedder[Symbol.asyncDispose]();
  });

  it('answers /ready in less than 100 ms during the largest legal batch', async () => {
    const bodyBytes = JSON.stringify({texts: largest}).length;
    expect(bodyBytes).toBeGreaterThan(180_000);
    expect(bodyBytes).toBeLessThan(196_608);
    let done = false;
    const work = embed(embedder.url, {texts: largest}).finally(() => {
      done = true;
    });
    const timesMs: number[] = [];
    while (!done) {
      const startedMs = performance.now();
      expect((await fetch(`${embedder.url}/ready`)).status).toBe(200);
      timesMs.push(performance.now() - startedMs);
      await sleep(betweenProbesMs);
    }
    expect((await work).embeddings).toHaveLength(256);
    expect(timesMs.length).toBeGreaterThan(20);
    expect(timesMs.toSorted((a, b) => a - b)[Math.floor(timesMs.length * 0.95)]).toBeLessThan(100);
  }, 120_000);

  it('refuses with 429 and Retry-After what is beyond its queue, and takes a legal request on an empty one', async () => {
    const overload = largest.map((text) => `overload ${text}`.slice(0, 700));
    const answers = await Promise.all([0, 1, 2, 3].map(() => post(embedder.url, '/embed', {texts: overload})));
    const refused = answers.filter(({status}) => status === 429);
    expect(answers.filter(({status}) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused[0]?.json()).toMatchObject({error: {code: 'overloaded'}});
    await Promise.all(answers.filter(({status}) => status === 200).map((answer) => answer.body?.cancel()));
  }, 120_000);

  it('drops the work whose client has gone', async () => {
    const runsBefore = await metric(embedder.url, 'sutra_embedding_batch_size_sum');
    const client = new AbortController();
    const gone = post(embedder.url, '/embed', {texts: largest}, client.signal);
    await expect.poll(() => metric(embedder.url, 'sutra_embedding_queue_tokens')).toBeGreaterThan(5_000);
    client.abort();
    await expect(gone).rejects.toThrow('aborted');
    await expect.poll(() => metric(embedder.url, 'sutra_embedding_queue_tokens'), {timeout: 5_000}).toBe(0);
    await embed(embedder.url, {texts: ['the next one is served at once']});
    expect((await metric(embedder.url, 'sutra_embedding_batch_size_sum')) - runsBefore).toBeLessThan(128);
  }, 60_000);

  it('keeps nine of ten runs of texts below the window within 250 ms, at the speed it began with', {
    timeout: 90_000,
  }, async () => {
    const ready = readySchema.parse(embedder.events.find(({event}) => event === 'model ready'));
    expect(ready.token_budget).toBeLessThanOrEqual(0.2 * ready.tokens_per_second + 1);
    let since = noRuns;
    for (let look = 1; ; look += 1) {
      const {share, said} = sharesWithin(await runsOf(embedder.url), since, ready.tokens_per_second);
      // What is wrong stays so; what only a busy machine does is gone at another look.
      if (look === looks) expect(share, said).toBeGreaterThan(0.9);
      if (share > 0.9) break;
      since = await runsOf(embedder.url);
      await post(embedder.url, '/embed', {texts: largest.slice(0, 64)});
    }
  });
});

interface Runs {
  count: number;
  seconds: number;
  tokens: number;
  /** Runs that took at most so many seconds. */
  within: Map<number, number>;
}

const noRuns: Runs = {count: 0, seconds: 0, tokens: 0, within: new Map(runBuckets.map((bucket) => [bucket, 0]))};

async function runsOf(url: string): Promise<Runs> {
  const name = 'sutra_embedding_run_duration_seconds';
  const within = new Map<number, number>();
  for (const bucket of runBuckets) within.set(bucket, await metric(url, `${name}_bucket{le="${bucket}"}`));
  return {
    count: await metric(url, `${name}_count`),
    seconds: await metric(url, `${name}_sum`),
    tokens: await metric(url, 'sutra_embedding_tokens_total'),
    within,
  };
}

/** Whoever else uses the cores makes every run longer: as many times as tokens took longer than at the start. */
function sharesWithin(now: Runs, since: Runs, tokensPerSecond: number): {share: number; said: string} {
  const count = now.count - since.count;
  expect(count).toBeGreaterThan(10);
  const slowdown = ((now.seconds - since.seconds) * tokensPerSecond) / (now.tokens - since.tokens);
  const limit = runBuckets.find((bucket) => bucket >= 0.25 * Math.max(1, slowdown / 1.25)) ?? Number.NaN;
  const within = (now.within.get(limit) ?? Number.NaN) - (since.within.get(limit) ?? Number.NaN);
  return {share: within / count, said: `within ${limit} s, ${slowdown.toFixed(1)} times as slow as at the start`};
}
