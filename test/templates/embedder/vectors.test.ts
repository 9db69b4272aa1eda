import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {cosine, embed, largestDifference, norm, vectorOf} from './support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from './support/embedder-process.js';
import {miniLmId, modelOf, nomicId, pullTimeoutMs} from './support/model.js';

const eating = 'A man is eating food.';
const bread = 'A man is eating a piece of bread.';
const market = 'The stock market fell sharply today.';
const alike = [
  ['The capital of France is Paris.', 'Paris is the capital city of France.'],
  ['Dogs are loyal animals.', 'Dogs are faithful creatures.'],
  ['The sun is very hot.', 'The sun has an extremely high temperature.'],
] as const;

/**
 * Measured with onnxruntime 1.30 on x86-64: 0 for MiniLM fp32 and for nomic q4, the very same bits. Other kernels may
 * sum in another order.
 */
const batchTolerance = 1e-6;

const words = 'retrieval cache vector market bread sun river engine quiet measured window paper'.split(' ');
const ofManyLengths = Array.from({length: 24}, (_, i) =>
  Array.from({length: 2 + ((i * 5) % 30)}, (_, j) => words[(i * 7 + j * 5) % words.length]).join(' '),
);

describe.each([
  {id: miniLmId, more: {}, near: 0.755, far: 0.004, width: 384},
  {id: nomicId, more: {input_type: 'document'}, near: 0.922, far: 0.563, width: 768},
])('vectors of $id', ({id, more, near, far, width}) => {
  let embedder: EmbedderProcess;

  beforeAll(async () => {
    const {folder} = await modelOf(id);
    embedder = await startLoadedEmbedder({SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: folder, SUTRA_THREADS: '2'});
  }, pullTimeoutMs);
  afterAll(async () => {
    await embedder[Symbol.asyncDispose]();
  });

  it('have the similarities the model is known for', async () => {
    const {embeddings} = await embed(embedder.url, {texts: [eating, bread, market], ...more});
    const [first = [], second = [], third = []] = embeddings;
    expect(first).toHaveLength(width);
    expect(Math.abs(cosine(first, second) - near)).toBeLessThan(0.01);
    expect(Math.abs(cosine(first, third) - far)).toBeLessThan(0.01);
    for (const vector of embeddings) expect(norm(vector)).toBeCloseTo(1, 6);
  });

  it('are near for sentences that say the same', async () => {
    const {embeddings} = await embed(embedder.url, {texts: alike.flat()});
    for (const i of [0, 2, 4]) expect(cosine(embeddings[i] ?? [], embeddings[i + 1] ?? [])).toBeGreaterThan(0.7);
  });

  it('are the same alone and in a batch', async () => {
    const {embeddings} = await embed(embedder.url, {texts: ofManyLengths});
    for (const [i, text] of ofManyLengths.entries()) {
      expect(largestDifference(await vectorOf(embedder.url, text), embeddings[i] ?? [])).toBeLessThan(batchTolerance);
    }
  }, 60_000);
});
