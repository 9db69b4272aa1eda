import type {CacheStats} from '@sutra/contract/http-info';
import type {L1Cache} from './l1-cache.js';

/**
 * The body of `GET /cache/stats`. A lookup is one distinct text of one request. There is no second tier behind this one
 * yet: what L1 misses is computed.
 */
export function cacheStats(cache: L1Cache | null): CacheStats {
  const {size, bytes, hits, misses, evictions} = cache?.stats() ?? nothing;
  const lookups = hits + misses;
  return {
    enabled: cache !== null,
    l1_size: size,
    l1_hits: hits,
    l1_misses: misses,
    l1_hit_rate: ratio(hits, lookups),
    l2_hits: 0,
    l2_misses: 0,
    l2_hit_rate: 0,
    combined_hit_rate: ratio(hits, lookups),
    total_requests: lookups,
    l1: {
      size,
      max_size: cache?.options.maxEntries ?? 0,
      bytes,
      max_bytes: cache?.options.maxBytes ?? 0,
      evictions,
    },
  };
}

const nothing = {size: 0, bytes: 0, hits: 0, misses: 0, evictions: 0};

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
