import {type EmbedRequest, embedRequestSchema, maxTexts} from '@sutra/contract/http-embed';

const defaults = embedRequestSchema.parse({text: ''});

/**
 * Reads a request that is right as almost all are, as `embedRequestSchema` would, in a tenth of its time. Null: have the
 * schema look at it.
 */
export function plainRequest(body: unknown): EmbedRequest | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const {
    texts,
    text,
    normalize,
    dimension,
    model_id,
    input_type,
    truncate,
    cache_ttl_seconds,
  }: Partial<Record<keyof EmbedRequest, unknown>> = body;
  // Rarely used, or with more rules than a look here is worth.
  if (cache_ttl_seconds !== undefined || input_type !== undefined) return null;
  if ((texts === undefined) === (text === undefined)) return null;
  if (texts !== undefined && !areTexts(texts)) return null;
  if (text !== undefined && !isText(text)) return null;
  if (dimension !== undefined && !(Number.isSafeInteger(dimension) && Number(dimension) > 0)) return null;
  if (!isFlag(normalize) || !isFlag(truncate)) return null;
  if (model_id !== undefined && typeof model_id !== 'string') return null;
  return {
    texts: texts as string[] | undefined,
    text: text as string | undefined,
    normalize: normalize ?? defaults.normalize,
    dimension: dimension as number | undefined,
    model_id,
    truncate: truncate ?? defaults.truncate,
    cache_ttl_seconds: defaults.cache_ttl_seconds,
  };
}

function areTexts(texts: unknown): texts is string[] {
  return Array.isArray(texts) && texts.length > 0 && texts.length <= maxTexts && texts.every(isText);
}

function isText(text: unknown): text is string {
  return typeof text === 'string' && text.isWellFormed() && !text.includes('\0');
}

const isFlag = (value: unknown): value is boolean | undefined => value === undefined || typeof value === 'boolean';
