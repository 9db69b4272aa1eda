import {type EmbedRequest, embedRequestSchema, maxTexts} from '@sutra/contract/http-embed';

const defaults = embedRequestSchema.parse({text: ''});

/**
 * Reads a request that is right as almost all are, as `embedRequestSchema` would, in a tenth of its time. Null: have the
 * schema look at it.
 */
export function plainRequest(body: unknown): EmbedRequest | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const {texts, text, normalize, dimension, model_id, input_type, truncate, cache_ttl_seconds}: Fields = body;
  // Rarely there, or with more rules than a look here is worth.
  if (cache_ttl_seconds !== undefined || input_type !== undefined) return null;
  if ((texts === undefined) === (text === undefined)) return null;
  if (!isMissingOr(areTexts, texts) || !isMissingOr(isText, text)) return null;
  if (!isMissingOr(isWidth, dimension) || !isMissingOr(isString, model_id)) return null;
  if (!isMissingOr(isFlag, normalize) || !isMissingOr(isFlag, truncate)) return null;
  return {
    texts,
    text,
    normalize: normalize ?? defaults.normalize,
    dimension,
    model_id,
    truncate: truncate ?? defaults.truncate,
    cache_ttl_seconds: defaults.cache_ttl_seconds,
  };
}

type Fields = Partial<Record<keyof EmbedRequest, unknown>>;

function isMissingOr<T>(is: (value: unknown) => value is T, value: unknown): value is T | undefined {
  return value === undefined || is(value);
}

function areTexts(texts: unknown): texts is string[] {
  return Array.isArray(texts) && texts.length > 0 && texts.length <= maxTexts && texts.every(isText);
}

function isText(text: unknown): text is string {
  return typeof text === 'string' && text.isWellFormed() && !text.includes('\0');
}

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isString = (value: unknown): value is string => typeof value === 'string';
const isWidth = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
