import {describe, expect, it} from 'vitest';
import {L1Cache, type L1Options} from '../../../../templates/embedder/src/cache/l1-cache.js';

const vector = {values: new Float32Array(64), tokens: 3};
const bytesOfOne = 64 * 4 + 256;

function cacheWith(options: Partial<L1Options> = {}) {
  const clock = {nowMs: 1_000_000};
  const cache = new L1Cache({
    maxEntries: 100,
    maxBytes: 1_000_000,
    ttlSeconds: 60,
    nowMs: () => clock.nowMs,
    random: () => 0,
    ...options,
  });
  return {cache, clock};
}

describe('the L1 cache', () => {
  it('forgets an entry when its time is over, and not before, however often it is read', () => {
    const {cache, clock} = cacheWith();
    cache.set('a', vector, 10);
    for (let second = 0; second < 10; second++) {
      expect(cache.get('a')).toBe(vector);
      clock.nowMs += 1_000;
    }
    clock.nowMs += 1;
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps nothing longer than its own limit', () => {
    const {cache, clock} = cacheWith({ttlSeconds: 5});
    cache.set('a', vector, 86_400);
    clock.nowMs += 5_001;
    expect(cache.get('a')).toBeUndefined();
  });

  it('does not keep what is asked to live 0 seconds, nor anything when its own limit is 0', () => {
    const {cache} = cacheWith();
    cache.set('a', vector, 0);
    expect(cache.get('a')).toBeUndefined();
    const {cache: none} = cacheWith({ttlSeconds: 0});
    none.set('a', vector, 60);
    expect(none.get('a')).toBeUndefined();
  });

  it('lets entries of one moment go at different moments, up to a tenth early', () => {
    const {cache, clock} = cacheWith({random: () => 0.999});
    cache.set('a', vector, 10);
    clock.nowMs += 8_990;
    expect(cache.get('a')).toBe(vector);
    clock.nowMs += 30;
    expect(cache.get('a')).toBeUndefined();
  });

  it('is bounded by entries: the least recently used goes first', () => {
    const {cache} = cacheWith({maxEntries: 3});
    for (const key of ['a', 'b', 'c']) cache.set(key, vector, 60);
    cache.get('a');
    cache.set('d', vector, 60);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
    expect(cache.stats().evictions).toBe(1);
  });

  it('is bounded by bytes', () => {
    const {cache} = cacheWith({maxBytes: 10 * bytesOfOne});
    for (let i = 0; i < 50; i++) cache.set(`key ${i}`, vector, 60);
    expect(cache.stats()).toMatchObject({size: 10, bytes: 10 * bytesOfOne, evictions: 40});
  });

  it('says how many it cleared', () => {
    const {cache} = cacheWith();
    cache.set('a', vector, 60);
    expect(cache.clear()).toBe(1);
    expect(cache.get('a')).toBeUndefined();
  });
});
