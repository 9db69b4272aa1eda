import {z} from 'zod';
import {SutraError} from '../errors.js';
import {requestJson} from '../system/http/http-json.js';
import type {System} from '../system/system.js';
import type {Plan} from '../topology/plan-schema.js';

export interface SampleEmbedding {
  text: string;
  dimension: number;
  /** The first components. */
  begins: number[];
  milliseconds: number;
}

const text = 'The quick brown fox jumps over the lazy dog.';
const responseSchema = z.object({embeddings: z.array(z.array(z.number()).nonempty()).nonempty()});

/** One embedding through the public API: the proof that the stack does its job. */
export async function sampleEmbedding(plan: Plan, {signal}: System): Promise<SampleEmbedding> {
  const start = performance.now();
  const reply = await requestJson(`${plan.urls.api}/embed`, {
    method: 'POST',
    // Leaves no trace: the first texts in the cache are a client's.
    body: {texts: [text], cache_ttl_seconds: 0},
    schema: responseSchema,
    timeoutMs: 60_000,
    signal,
  });
  const vector = reply.body?.embeddings[0];
  if (vector === undefined) {
    throw new SutraError(
      'START_FAILED',
      `the stack is up, but ${plan.urls.api}/embed answered ${reply.status}: ${reply.text.slice(0, 200)}`,
      {
        cure: 'sutra logs --tail 50',
      },
    );
  }
  return {
    text,
    dimension: vector.length,
    begins: vector.slice(0, 4),
    milliseconds: Math.round(performance.now() - start),
  };
}
