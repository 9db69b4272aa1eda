import {describe, expect, it} from 'vitest';
import {L1Cache} from '../../../../templates/embedder/src/cache/l1-cache.js';

const bytesOfVector = 64 * 4 + 256;
const cacheWith = (maxBytes: number) =>
  new L1Cache({maxEntries: 100, maxBytes, ttlSeconds: 60, nowMs: () => 0, random: () => 0});
const vector = () => ({values: new Float32Array(64), tokens: 3});

describe('the serialised forms beside the vectors', () => {
  it('are made once for each dimension that is asked for', () => {
    const cache = cacheWith(100_000);
    const one = vector();
    cache.set('a', one, 60);
    let made = 0;
    const json = (dimension: number) =>
      cache.json(one, dimension, () => {
        made += 1;
        return `[${dimension}]`;
      });
    expect([64, 32, 64, 32].map(json)).toEqual(['[64]', '[32]', '[64]', '[32]']);
    expect(made).toBe(2);
  });

  it('count as bytes of L1, take only what vectors leave free, and go with their vector', () => {
    const cache = cacheWith(4 * bytesOfVector);
    const vectors = [vector(), vector(), vector(), vector()];
    const [first = vector()] = vectors;
    cache.set('0', first, 60);
    cache.json(first, 64, () => 'x'.repeat(200));
    expect(cache.stats().bytes).toBe(bytesOfVector + 200 + 256);
    for (const [i, one] of vectors.entries()) cache.set(String(i), one, 60);
    expect(cache.stats()).toMatchObject({size: 4, bytes: 4 * bytesOfVector, evictions: 0});
    expect(cache.json(first, 64, () => 'made again')).toBe('made again');
    cache.clear();
    expect(cache.stats()).toMatchObject({size: 0, bytes: 0});
  });
});
