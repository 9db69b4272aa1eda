import {z} from 'zod';
import {inputTypes} from './model-entry.js';

export const roles = ['model', 'cached', 'direct'] as const;
export type Role = (typeof roles)[number];

/** `GET /info`. The cached role asks its upstream for it: dimensions, prefixes and artifact are the model's to say. */
export const infoSchema = z.object({
  service: z.string(),
  role: z.enum(roles),
  version: z.string(),
  edition: z.string(),
  model: z.object({
    id: z.string(),
    artifact: z.string(),
    native_dimension: z.int().positive(),
    default_dimension: z.int().positive(),
    dimensions: z.array(z.int().positive()),
    pooling: z.string(),
    window_tokens: z.int().positive(),
    prefixes: z.partialRecord(z.enum(inputTypes), z.string()),
    batching: z.string(),
  }),
  limits: z.object({texts_per_request: z.int(), body_bytes: z.int(), queue_tokens: z.int().nullable()}),
});
export type Info = z.infer<typeof infoSchema>;

/** `GET /health`: 200 once the model is loaded, 503 before. */
export const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'loading']),
  service: z.string(),
  model: z.string(),
  model_loaded: z.boolean(),
  ml_base_connected: z.boolean().optional(),
  dimension: z.int(),
  edition: z.string(),
  version: z.string(),
  uptime_seconds: z.number(),
  total_requests: z.int(),
});
export type Health = z.infer<typeof healthSchema>;

/** What one replica counts, as it tells the shard: bare numbers, so that they can be summed. */
export const replicaCountersSchema = z.object({
  l1_size: z.int(),
  l1_max_size: z.int(),
  l1_bytes: z.int(),
  l1_max_bytes: z.int(),
  l1_evictions: z.int(),
  l1_hits: z.int(),
  l1_misses: z.int(),
  l2_hits: z.int(),
  l2_misses: z.int(),
  l2_errors: z.int(),
  /** Gets that were sent, and how long they took together. */
  l2_calls: z.int(),
  l2_call_ms: z.number(),
  l2_stored: z.int(),
  l2_dropped: z.int(),
  l2_queued: z.int(),
  texts_computed: z.int(),
  compute_ms: z.number(),
  /** Look-ups of requests that say they are tests; they are in none of the four above. */
  test_l1_hits: z.int(),
  test_l1_misses: z.int(),
  test_l2_hits: z.int(),
  test_l2_misses: z.int(),
});
export type ReplicaCounters = z.infer<typeof replicaCountersSchema>;

const rate = z.number();

/**
 * `GET /cache/stats`: the seed's nine flat keys, and groups with the rest. A request, here, is one distinct text of one
 * call. Hits, misses and ratios are of clients' requests; those of sutra's own commands are in `tests`. Ratios are computed
 * from the counts. Sums are of every replica that the shard heard of in the last seconds;
 * while it is away, of the one that answers: `scope` says which.
 */
export const cacheStatsSchema = z.object({
  enabled: z.boolean(),
  scope: z.enum(['service', 'replica']),
  l1_size: z.int(),
  l1_hits: z.int(),
  l1_misses: z.int(),
  l1_hit_rate: rate,
  l2_hits: z.int(),
  l2_misses: z.int(),
  /** Share of all requests, as the seed has it; the conditional rate is `l2.hit_rate`. */
  l2_hit_rate: rate,
  combined_hit_rate: rate,
  total_requests: z.int(),
  l1: z.object({
    size: z.int(),
    max_size: z.int(),
    utilization: rate,
    bytes: z.int(),
    max_bytes: z.int(),
    evictions: z.int(),
    hits: z.int(),
    misses: z.int(),
    hit_rate: rate,
  }),
  l2: z.object({
    enabled: z.boolean(),
    /** Of the replica that answers. `away`: no call is made until the shard is back. */
    state: z.enum(['off', 'ready', 'away']),
    endpoint: z.string().nullable(),
    generation: z.int().nullable(),
    /** A clear that the shard has not heard of yet. */
    clear_pending: z.boolean(),
    hits: z.int(),
    misses: z.int(),
    hit_rate: rate,
    calls: z.int(),
    errors: z.int(),
    error_rate: rate,
    stored: z.int(),
    dropped: z.int(),
    queued: z.int(),
  }),
  /** What sutra's own commands asked for (`trafficHeader`). Absent: a service of an older version, which counted all as one. */
  tests: z.object({requests: z.int(), l1_hits: z.int(), l2_hits: z.int(), combined_hit_rate: rate}).optional(),
  /** Of all requests. */
  performance: z.object({
    l2_call_avg_ms: z.number(),
    texts_computed: z.int(),
    compute_avg_ms: z.number(),
  }),
  replicas: z.array(
    z.object({replica: z.string(), age_ms: z.int(), stale: z.boolean(), counters: z.record(z.string(), z.number())}),
  ),
});
export type CacheStats = z.infer<typeof cacheStatsSchema>;

/** `DELETE /cache`: how many vectors this replica held; `pending`: the shard is away and will hear of it first thing. */
export const cacheClearedSchema = z.object({cleared: z.int(), l2: z.enum(['cleared', 'pending']).optional()});
export type CacheCleared = z.infer<typeof cacheClearedSchema>;
