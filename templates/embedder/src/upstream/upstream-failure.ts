import {type ErrorCode, errorStatus} from '@sutra/contract/http-embed';
import {z} from 'zod';
import {EmbedFailure} from '../failure.js';

/** What the models refuse because of the request itself keeps its code; so does back-pressure. */
const passedOn = new Set<ErrorCode>([
  'too_many_texts',
  'text_too_long',
  'body_too_large',
  'invalid',
  'dimension_not_offered',
  'unknown_model',
  'overloaded',
  'internal',
]);

const errorBodySchema = z.object({
  error: z.object({code: z.string(), message: z.string(), details: z.unknown()}),
});

/** The failure that answers our client when the models answered `status`, be it from them or from the proxy between. */
export function upstreamFailure(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): EmbedFailure {
  const retryAfterSeconds = Number(headers['retry-after']) || undefined;
  const told = errorBodySchema.safeParse(parseJson(text));
  const code = told.success ? codeNamed(told.data.error.code) : codeOfBareStatus(status);
  if (code !== undefined && passedOn.has(code)) {
    const message = told.success ? told.data.error.message : `the models answered ${status}`;
    const extra = retryAfterSeconds === undefined ? {} : {retryAfterSeconds};
    return new EmbedFailure(code, message, {details: told.data?.error.details, ...extra});
  }
  return new EmbedFailure('upstream_lost', `the models answered ${status}`, {
    details: {status, code},
    retryAfterSeconds: retryAfterSeconds ?? 1,
  });
}

function codeNamed(name: string): ErrorCode | undefined {
  return Object.keys(errorStatus).find((code): code is ErrorCode => code === name);
}

/** An answer without our envelope is a proxy's. */
function codeOfBareStatus(status: number): ErrorCode | undefined {
  if (status === 413) return 'body_too_large';
  return status === 429 ? 'overloaded' : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
