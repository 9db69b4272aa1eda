import type {CacheCleared, CacheStats, ReplicaCounters} from '@sutra/contract/http-info';
import type {L2Cache} from '../l2/l2-cache.js';
import {cacheStats} from './cache-stats.js';
import type {L1Cache} from './l1-cache.js';
import type {LookupFigures} from './lookup-counts.js';

/** What the tiers are together: clearing both, and telling of both. */
export class TwoTierCache {
  readonly l1: L1Cache;
  /** Null: there is no shard. */
  readonly l2: L2Cache | null;
  readonly #name: string;
  readonly #counts: LookupFigures;

  constructor(l1: L1Cache, l2: L2Cache | null, name: string, counts: LookupFigures) {
    this.l1 = l1;
    this.l2 = l2;
    this.#name = name;
    this.#counts = counts;
  }

  /** Of the service where the shard knows it, else of this replica. */
  async stats(): Promise<CacheStats> {
    const heard = (await this.l2?.report()) ?? null;
    const own = {
      replica: this.#name,
      ageMs: 0,
      stale: false,
      counters: replicaCounters(this.l1, this.l2, this.#counts),
    };
    const others = heard?.replicas.filter(({replica}) => replica !== this.#name) ?? [];
    return cacheStats({
      enabled: true,
      l2: this.l2?.state() ?? null,
      scope: heard === null ? 'replica' : 'service',
      replicas: [own, ...others].sort((a, b) => a.replica.localeCompare(b.replica)),
    });
  }

  async clear(): Promise<CacheCleared> {
    const cleared = this.l1.clear();
    return this.l2 === null ? {cleared} : {cleared, l2: await this.l2.clear()};
  }

  async close(): Promise<void> {
    await this.l2?.close();
  }
}

export function replicaCounters(l1: L1Cache, l2: L2Cache | null, counts: LookupFigures): ReplicaCounters {
  const {size, bytes, evictions} = l1.stats();
  const {client, test} = counts;
  const none = {l2_calls: 0, l2_call_ms: 0, l2_errors: 0, l2_stored: 0, l2_dropped: 0, l2_queued: 0};
  return {
    l1_size: size,
    l1_max_size: l1.options.maxEntries,
    l1_bytes: bytes,
    l1_max_bytes: l1.options.maxBytes,
    l1_evictions: evictions,
    l1_hits: client.l1Hits,
    l1_misses: client.l1Misses,
    l2_hits: client.l2Hits,
    l2_misses: client.l2Misses,
    texts_computed: counts.textsComputed,
    compute_ms: Math.round(counts.computeMs * 1000) / 1000,
    test_l1_hits: test.l1Hits,
    test_l1_misses: test.l1Misses,
    test_l2_hits: test.l2Hits,
    test_l2_misses: test.l2Misses,
    ...(l2?.figures() ?? none),
  };
}
