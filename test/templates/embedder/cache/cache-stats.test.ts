import {cacheStatsSchema} from '@sutra/contract/http-info';
import {describe, expect, it} from 'vitest';
import {cacheStats, noCacheStats} from '../../../../templates/embedder/src/cache/cache-stats.js';

const l2 = {state: 'ready' as const, endpoint: 'a:1', generation: 7, clear_pending: false};
const replica = (name: string, counters: Record<string, number>, stale = false) => ({
  replica: name,
  ageMs: 1,
  stale,
  counters,
});

describe('the figures of the cache', () => {
  it('have the seed’s ratios: shares of all requests, the conditional one beside them', () => {
    const counters = {l1_size: 8_432, l1_hits: 68_234, l1_misses: 31_766, l2_hits: 17_123, l2_misses: 14_643};
    const body = cacheStats({enabled: true, l2, scope: 'service', replicas: [replica('a', counters)]});
    expect(cacheStatsSchema.parse(body)).toMatchObject({
      ...counters,
      total_requests: 100_000,
      l1_hit_rate: 0.682_34,
      l2_hit_rate: 0.171_23,
      combined_hit_rate: 0.853_57,
      l2: {hit_rate: 17_123 / 31_766},
    });
  });

  it('are sums over the replicas that are alive; the others are only listed', () => {
    const counters = {l1_hits: 1, l1_misses: 2, l2_hits: 1, l2_misses: 1};
    const replicas = [replica('a', counters), replica('b', counters), replica('gone', counters, true)];
    const body = cacheStats({enabled: true, l2, scope: 'service', replicas});
    expect(body).toMatchObject({l1_hits: 2, l1_misses: 4, total_requests: 6, combined_hit_rate: 4 / 6});
    expect(body.replicas.map(({replica: name, stale}) => [name, stale])).toEqual([
      ['a', false],
      ['b', false],
      ['gone', true],
    ]);
  });

  it('leave out what sutra’s own commands asked for, and sum it apart', () => {
    const tests = {test_l1_hits: 6, test_l1_misses: 4, test_l2_hits: 1, test_l2_misses: 3};
    const replicas = [replica('a', {l1_hits: 1, l1_misses: 1, ...tests}), replica('b', tests)];
    expect(cacheStats({enabled: true, l2, scope: 'service', replicas})).toMatchObject({
      total_requests: 2,
      combined_hit_rate: 0.5,
      tests: {requests: 20, l1_hits: 12, l2_hits: 2, combined_hit_rate: 0.7},
    });
  });

  it('are zeros and `enabled: false` where there is no cache', () => {
    expect(cacheStatsSchema.parse(noCacheStats)).toMatchObject({
      enabled: false,
      l1_hit_rate: 0,
      total_requests: 0,
      l2: {enabled: false, state: 'off'},
    });
  });
});
