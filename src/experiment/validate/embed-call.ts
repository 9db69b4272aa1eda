import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {requestJson} from '../../system/http/http-json.js';

const responseSchema = z.object({
  embeddings: z.array(z.array(z.number())),
  dimension: z.int(),
  model: z.string(),
  cached_count: z.int(),
});

export interface EmbedBody {
  texts: string[];
  dimension?: number;
  normalize?: boolean;
  input_type?: string;
  /** 0 leaves no trace of the check in the cache. */
  cache_ttl_seconds?: number;
}

export interface EmbedAnswer {
  embeddings: number[][];
  artifact: string;
  cachedCount: number;
}

/** Embeds through `baseUrl`; any status but 200 is an error that quotes the answer. */
export async function embed(baseUrl: string, body: EmbedBody, signal: AbortSignal): Promise<EmbedAnswer> {
  const {status, body: answer, text, headers} = await embedStatus(baseUrl, body, signal);
  if (answer === null)
    throw new SutraError('NETWORK', `POST ${baseUrl}/embed answered ${status}: ${text.slice(0, 200)}`);
  return {
    embeddings: answer.embeddings,
    artifact: String(headers['x-sutra-artifact'] ?? ''),
    cachedCount: answer.cached_count,
  };
}

/** The same, with the status as a result. */
export function embedStatus(baseUrl: string, body: EmbedBody, signal: AbortSignal) {
  return requestJson(`${baseUrl}/embed`, {
    method: 'POST',
    body: {cache_ttl_seconds: 0, ...body},
    schema: responseSchema,
    timeoutMs: 60_000,
    signal,
  });
}
