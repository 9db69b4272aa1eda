import {z} from 'zod';
import {limits} from './limits.js';
import {inputTypes} from './model-entry.js';

/** A text the tokenizer can read: whole Unicode, no NUL. */
export const textSchema = z
  .string()
  .refine((text) => text.isWellFormed(), 'holds a lone surrogate, which is not valid Unicode')
  .refine((text) => !text.includes('\0'), 'holds a NUL character');

/** `POST /embed`. `text` is a list of one; `cache_ttl_seconds: 0` keeps the vectors out of the cache. */
export const embedRequestSchema = z
  .object({
    texts: z.array(textSchema).min(1, 'must hold at least one text').optional(),
    text: textSchema.optional(),
    normalize: z.boolean().default(true),
    dimension: z.int().positive().optional(),
    model_id: z.string().optional(),
    input_type: z.enum(inputTypes).optional(),
    truncate: z.boolean().default(false),
    cache_ttl_seconds: z.int().min(0).max(86_400).default(86_400),
  })
  .refine((body) => (body.texts === undefined) !== (body.text === undefined), {
    message: 'give either "texts" (a list) or "text" (one string)',
    path: ['texts'],
  });
export type EmbedRequest = z.infer<typeof embedRequestSchema>;

export interface EmbedResponse {
  /** One row a text, in the order asked, each `dimension` wide. */
  embeddings: number[][];
  dimension: number;
  model: string;
  processing_time_ms: number;
  cached_count: number;
  edition: string;
  batch_size: number;
}

/**
 * The answer to `accept: application/octet-stream`: the rows as raw little-endian float32, one after another, with
 * these headers. Between our own services it is 3 KB a 768-d vector where JSON is 16.
 */
export const rawVectors = {
  contentType: 'application/octet-stream',
  dimensionHeader: 'x-sutra-dimension',
  countHeader: 'x-sutra-count',
  cachedCountHeader: 'x-sutra-cached-count',
  modelHeader: 'x-sutra-model',
  /** Tokens of each row as the model saw it, special tokens included, with commas between. */
  tokensHeader: 'x-sutra-tokens',
} as const;

/** Every answer with vectors names the digest of the weights that made them. */
export const artifactHeader = 'x-sutra-artifact';
export const requestIdHeader = 'x-request-id';
/**
 * Says whose traffic a request is. Sutra's own commands (deploy's sample, validate, bench, cache warm) send `test`, so that
 * `/cache/stats` counts their texts apart from those of clients. Any other value is a client's.
 */
export const trafficHeader = 'x-sutra-traffic';
export const testTraffic = 'test';

/** `POST /v1/embeddings`, as OpenAI takes it. `input` as token ids is refused: token ids belong to another tokenizer. */
export const openaiRequestSchema = z.object({
  input: z.union([textSchema, z.array(textSchema).min(1, 'must hold at least one text')], {
    error: 'must be a string or a list of strings',
  }),
  model: z.string().optional(),
  dimensions: z.int().positive().optional(),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  user: z.string().optional(),
});
export type OpenaiRequest = z.infer<typeof openaiRequestSchema>;

export interface OpenaiResponse {
  object: 'list';
  data: {object: 'embedding'; index: number; embedding: number[] | string}[];
  model: string;
  usage: {prompt_tokens: number; total_tokens: number};
}

/** Every error of every service. */
export interface ErrorBody {
  error: {code: ErrorCode; message: string; details?: unknown};
  request_id: string;
}

/** Code → HTTP status. The README's table is made from the same codes. */
export const errorStatus = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  too_many_texts: 413,
  text_too_long: 413,
  body_too_large: 413,
  invalid: 422,
  dimension_not_offered: 422,
  unknown_model: 422,
  overloaded: 429,
  rate_limited: 429,
  internal: 500,
  model_not_ready: 503,
  upstream_lost: 503,
  draining: 503,
} as const;
export type ErrorCode = keyof typeof errorStatus;

/** Guards the list's length before its items are looked at, so that ten thousand texts cost nothing. */
export const maxTexts = limits.textsPerRequest;
