import {z} from 'zod';
import {SutraError} from '../errors.js';
import {requestJson} from '../system/http-json.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';

const timeoutMs = 10_000;

/** The seed's nine keys; whatever else the service says is passed on as it is. */
export const cacheStatsSchema = z.looseObject({
  enabled: z.boolean(),
  l1_size: z.int(),
  l1_hits: z.int(),
  l1_misses: z.int(),
  l1_hit_rate: z.number(),
  l2_hits: z.int(),
  l2_misses: z.int(),
  l2_hit_rate: z.number(),
  combined_hit_rate: z.number(),
  total_requests: z.int(),
});
export type CacheStats = z.infer<typeof cacheStatsSchema>;

/** `GET /cache/stats` of the stack's API. */
export async function cacheStats({urls}: Plan, {signal}: System): Promise<CacheStats> {
  const url = `${urls.api}/cache/stats`;
  const {body, status} = await requestJson(url, {schema: cacheStatsSchema, timeoutMs, signal});
  if (body === null) throw new SutraError('NETWORK', `${url} answered ${status}`);
  return body;
}

const clearedSchema = z.looseObject({cleared: z.int().optional(), l2: z.string().optional()});
export type Cleared = z.infer<typeof clearedSchema>;

/** `DELETE /cache`: empties both tiers. */
export async function clearCache({urls}: Plan, {signal}: System): Promise<Cleared> {
  const url = `${urls.api}/cache`;
  const {body, status, text} = await requestJson(url, {method: 'DELETE', schema: clearedSchema, timeoutMs, signal});
  if (body === null) throw new SutraError('NETWORK', `DELETE ${url} answered ${status}: ${text.slice(0, 200)}`);
  return body;
}
