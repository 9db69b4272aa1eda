import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {StoredModel} from '../../../../src/model/store.js';
import type {LocalModel, LocalModelOptions} from '../../../../templates/embedder/src/inference/local-model.js';
import {factsOfEntry} from '../../../../templates/embedder/src/model-facts.js';
import type {Wanted} from '../../../../templates/embedder/src/vector-source.js';
import {builtEmbedder} from '../support/built-embedder.js';
import {miniLmId, modelOf, pullTimeoutMs} from '../support/model.js';

const wanted: Wanted = {normalise: true, truncate: false, inputType: undefined};
const alive = () => new AbortController().signal;
const readyIn = {timeout: 20_000};

describe('the model in this process', () => {
  let stored: StoredModel;
  let model: LocalModel;
  let events: string[];

  const start = async (more: Partial<LocalModelOptions> = {}) => {
    const {LocalModel, Metrics} = await builtEmbedder();
    return new LocalModel({
      modelDir: stored.folder,
      entry: stored.entry,
      facts: factsOfEntry(stored.entry, {defaultDimension: undefined, forced: undefined}),
      workers: 2,
      threads: 1,
      queueTokens: 100_000,
      metrics: new Metrics(),
      onEvent: (event) => events.push(event),
      onUnusable: (reason) => events.push(reason),
      ...more,
    });
  };
  const vectors = (texts: string[]) =>
    model.compute(texts, wanted, factsOfEntry(stored.entry, {defaultDimension: undefined, forced: undefined}), alive());

  beforeAll(async () => {
    stored = await modelOf(miniLmId);
  }, pullTimeoutMs);
  beforeEach(async () => {
    events = [];
    model = await start();
    expect(model.state().model).toBe('loading');
    expect(model.facts()).toBeNull();
    await expect.poll(() => model.state().model, readyIn).toBe('ready');
  });
  afterEach(async () => {
    await model.close();
  });

  it('refuses while it loads', async () => {
    await model.close();
    model = await start();
    await expect(vectors(['too early'])).rejects.toMatchObject({code: 'model_not_ready'});
  });

  it('gives one vector a text in order, whatever their lengths', async () => {
    const texts = Array.from({length: 60}, (_, i) => `${i} ${'word '.repeat((i * 37) % 90)}`);
    const together = await vectors(texts);
    const tokens = together.map((vector) => vector.tokens);
    expect(tokens).toEqual(texts.map((_, i) => 3 + ((i * 37) % 90)));
    for (const i of [0, 17, 59]) expect(together[i]).toEqual((await vectors([texts[i] ?? '']))[0]);
  });

  it('forgets a request whose client has gone', async () => {
    const client = new AbortController();
    const facts = factsOfEntry(stored.entry, {defaultDimension: undefined, forced: undefined});
    const texts = Array.from({length: 200}, (_, i) => `${i} ${'a long sentence '.repeat(20)}`);
    const gone = model.compute(texts, wanted, facts, client.signal);
    client.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(model.state().queueTokens).toBe(0);
  });

  it('takes one request of any size on an empty line, and none beyond its limit on a full one', async () => {
    await model.close();
    model = await start({queueTokens: 100, workers: 1});
    await expect.poll(() => model.state().model, readyIn).toBe('ready');
    const texts = Array.from({length: 100}, (_, i) => `${i} ${'a sentence '.repeat(10)}`);
    const first = vectors(texts);
    const second = vectors(texts);
    await expect(second).rejects.toMatchObject({code: 'overloaded', status: 429});
    await expect(second).rejects.toHaveProperty('retryAfterSeconds');
    expect(await first).toHaveLength(100);
  });

  it('ends after the batch it is in, and not after the whole line', async () => {
    const inWork = vectors(Array.from({length: 256}, (_, i) => `${i} ${'a long sentence '.repeat(40)}`));
    await expect.poll(() => model.state().queueTokens).toBeGreaterThan(0);
    const startedMs = performance.now();
    await model.close();
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(await Promise.race([inWork, Promise.resolve('unfinished')])).toBe('unfinished');
  });

  it('says that it can never serve when its weights do not load', async () => {
    await model.close();
    events = [];
    model = await start({modelDir: '/nowhere', workers: 1});
    await expect.poll(() => events, readyIn).toEqual([expect.stringContaining('/nowhere')]);
  });
});
