import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {requestJson} from '../../system/http-json.js';

const statsSchema = z.looseObject({
  enabled: z.boolean(),
  l1_hits: z.int(),
  l1_misses: z.int(),
  l1_hit_rate: z.number(),
  l2_hits: z.int(),
  l2_misses: z.int(),
  l2_hit_rate: z.number(),
  combined_hit_rate: z.number(),
  total_requests: z.int(),
});

/** `GET /cache/stats` through `baseUrl`. */
export async function cacheStats(baseUrl: string, signal: AbortSignal) {
  const url = `${baseUrl}/cache/stats`;
  const {body, status} = await requestJson(url, {schema: statsSchema, timeoutMs: 5_000, signal});
  if (body === null) throw new SutraError('NETWORK', `${url} answered ${status}`);
  return body;
}
