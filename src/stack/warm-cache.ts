import {limits} from '@sutra/contract/limits';
import {z} from 'zod';
import {SutraError} from '../errors.js';
import {requestJson} from '../system/http-json.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';

export interface Warmed {
  texts: number;
  /** Of them, those the cache had already. */
  cached: number;
}

/** Small enough that progress is seen, large enough that the way there and back is nothing. */
const textsPerRequest = 32;
/** Room for JSON's escapes. */
const bytesPerRequest = limits.bodyBytes / 2;
const answerSchema = z.object({cached_count: z.int(), batch_size: z.int()});

/** Embeds every text through the API, so that the next who asks gets it from the cache. `onProgress` after each batch. */
export async function warmCache(
  texts: string[],
  {plan, system, onProgress}: {plan: Plan; system: System; onProgress: (done: Warmed) => void},
): Promise<Warmed> {
  const url = `${plan.urls.api}/embed`;
  const done: Warmed = {texts: 0, cached: 0};
  for (const batch of batches(texts)) {
    const timeoutMs = Math.max(...plan.services.map(({slowestAnswerMs}) => slowestAnswerMs));
    const reply = await requestJson(url, {
      method: 'POST',
      body: {texts: batch},
      schema: answerSchema,
      timeoutMs,
      signal: system.signal,
    });
    if (reply.body === null) {
      throw new SutraError(
        'NETWORK',
        `after ${done.texts} texts, ${url} answered ${reply.status}: ${reply.text.slice(0, 300)}`,
        {
          cure: 'the texts before are in the cache: run it again once the cause is mended',
        },
      );
    }
    done.texts += batch.length;
    done.cached += reply.body.cached_count;
    onProgress({...done});
  }
  return done;
}

function* batches(texts: string[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    if (batch.length === textsPerRequest || (batch.length > 0 && bytes + size > bytesPerRequest)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(text);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
