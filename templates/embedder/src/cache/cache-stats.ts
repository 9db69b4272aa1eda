import type {CacheStats, ReplicaCounters} from '@sutra/contract/http-info';

export type L2State = Pick<CacheStats['l2'], 'state' | 'endpoint' | 'generation' | 'clear_pending'>;

export interface Known {
  enabled: boolean;
  /** Null: there is no second tier. */
  l2: L2State | null;
  scope: CacheStats['scope'];
  /** Of every replica, the one that answers among them. */
  replicas: {replica: string; ageMs: number; stale: boolean; counters: Record<string, number>}[];
}

/**
 * The body of `GET /cache/stats`, summed over the replicas that are not stale. Every ratio is a quotient of two counts
 * that stand beside it.
 */
export function cacheStats({enabled, l2, scope, replicas}: Known): CacheStats {
  const live = replicas.filter(({stale}) => !stale);
  const sum = (name: keyof ReplicaCounters) => live.reduce((total, {counters}) => total + (counters[name] ?? 0), 0);
  const l1Hits = sum('l1_hits');
  const l1Misses = sum('l1_misses');
  const l2Hits = sum('l2_hits');
  const l2Misses = sum('l2_misses');
  const requests = l1Hits + l1Misses;
  return {
    enabled,
    scope,
    l1_size: sum('l1_size'),
    l1_hits: l1Hits,
    l1_misses: l1Misses,
    l1_hit_rate: ratio(l1Hits, requests),
    l2_hits: l2Hits,
    l2_misses: l2Misses,
    l2_hit_rate: ratio(l2Hits, requests),
    combined_hit_rate: ratio(l1Hits + l2Hits, requests),
    total_requests: requests,
    l1: {
      size: sum('l1_size'),
      max_size: sum('l1_max_size'),
      utilization: ratio(sum('l1_size'), sum('l1_max_size')),
      bytes: sum('l1_bytes'),
      max_bytes: sum('l1_max_bytes'),
      evictions: sum('l1_evictions'),
      hits: l1Hits,
      misses: l1Misses,
      hit_rate: ratio(l1Hits, requests),
    },
    l2: {
      enabled: l2 !== null,
      ...(l2 ?? {state: 'off', endpoint: null, generation: null, clear_pending: false}),
      hits: l2Hits,
      misses: l2Misses,
      hit_rate: ratio(l2Hits, l2Hits + l2Misses),
      calls: sum('l2_calls'),
      errors: sum('l2_errors'),
      error_rate: ratio(sum('l2_errors'), sum('l2_calls')),
      stored: sum('l2_stored'),
      dropped: sum('l2_dropped'),
      queued: sum('l2_queued'),
    },
    tests: testStats(sum),
    performance: {
      l2_call_avg_ms: ratio(sum('l2_call_ms'), sum('l2_calls')),
      texts_computed: sum('texts_computed'),
      compute_avg_ms: ratio(sum('compute_ms'), sum('texts_computed')),
    },
    replicas: replicas.map(({replica, ageMs, stale, counters}) => ({replica, age_ms: ageMs, stale, counters})),
  };
}

function testStats(sum: (name: keyof ReplicaCounters) => number): NonNullable<CacheStats['tests']> {
  const l1Hits = sum('test_l1_hits');
  const l2Hits = sum('test_l2_hits');
  const requests = l1Hits + sum('test_l1_misses');
  return {requests, l1_hits: l1Hits, l2_hits: l2Hits, combined_hit_rate: ratio(l1Hits + l2Hits, requests)};
}

/** Of an embedder that keeps nothing. */
export const noCacheStats = cacheStats({enabled: false, l2: null, scope: 'replica', replicas: []});

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
