import {type CacheCleared, type CacheStats, cacheClearedSchema, cacheStatsSchema} from '@sutra/contract/http-info';
import {SutraError} from '../errors.js';
import {type JsonRequest, requestJson} from './http-json.js';

const timeoutMs = 10_000;

/** `GET /cache/stats` of an embedder's API. Throws NETWORK. */
export function cacheStats(baseUrl: string, signal: AbortSignal): Promise<CacheStats> {
  return answerOf(`${baseUrl}/cache/stats`, {schema: cacheStatsSchema, timeoutMs, signal});
}

/** `DELETE /cache`: empties both tiers. Throws NETWORK. */
export function clearCache(baseUrl: string, signal: AbortSignal): Promise<CacheCleared> {
  return answerOf(`${baseUrl}/cache`, {method: 'DELETE', schema: cacheClearedSchema, timeoutMs, signal});
}

async function answerOf<T>(url: string, request: JsonRequest<T>): Promise<T> {
  const {body, status, text} = await requestJson(url, request);
  if (body !== null) return body;
  throw new SutraError('NETWORK', `${request.method ?? 'GET'} ${url} answered ${status}: ${text.slice(0, 200)}`);
}
