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

/** `GET /cache/stats`: the seed's nine flat keys, and groups with the rest. Ratios are computed from the counts. */
export const cacheStatsSchema = z.object({
  enabled: z.boolean(),
  l1_size: z.int(),
  l1_hits: z.int(),
  l1_misses: z.int(),
  l1_hit_rate: z.number(),
  l2_hits: z.int(),
  l2_misses: z.int(),
  /** Share of all requests, as the seed has it; the conditional rate is in `l2.hit_rate`. */
  l2_hit_rate: z.number(),
  combined_hit_rate: z.number(),
  total_requests: z.int(),
  l1: z.object({size: z.int(), max_size: z.int(), bytes: z.int(), max_bytes: z.int(), evictions: z.int()}),
});
export type CacheStats = z.infer<typeof cacheStatsSchema>;
