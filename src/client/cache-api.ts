import {setTimeout as sleep} from 'node:timers/promises';
import {type CacheCleared, type CacheStats, cacheClearedSchema, cacheStatsSchema} from '@sutra/contract/http-info';
import {SutraError} from '../errors.js';
import {type JsonRequest, requestJson} from '../system/http/http-json.js';

const timeoutMs = 10_000;

/** A figure is not given up for one answer that was cut short, or came from a service that had only just started. */
const statsTries = 3;
const statsPauseMs = 300;

/** `GET /cache/stats` of an embedder's API; asked again, twice at most, where the answer cannot be used. Throws NETWORK. */
export async function cacheStats(baseUrl: string, signal: AbortSignal): Promise<CacheStats> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await answerOf(`${baseUrl}/cache/stats`, {schema: cacheStatsSchema, timeoutMs, signal});
    } catch (error) {
      const again = error instanceof SutraError && error.code === 'NETWORK' && tries < statsTries;
      if (!again) throw error;
      await sleep(statsPauseMs, undefined, {signal});
    }
  }
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
