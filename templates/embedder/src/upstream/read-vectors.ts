import {artifactHeader, rawVectors} from '@sutra/contract/http-embed';
import {z} from 'zod';
import {EmbedFailure} from '../failure.js';
import type {ModelFacts} from '../model-facts.js';
import type {FullVector} from '../vector-source.js';

const headersSchema = z
  .object({
    [artifactHeader]: z.string(),
    [rawVectors.dimensionHeader]: z.coerce.number().int().positive(),
    [rawVectors.tokensHeader]: z.string().transform((list) => list.split(',').map(Number)),
  })
  .transform((headers) => ({
    artifact: headers[artifactHeader],
    dimension: headers[rawVectors.dimensionHeader],
    tokens: headers[rawVectors.tokensHeader],
  }));

type VectorHeaders = z.infer<typeof headersSchema>;

/** What the models say beside their vectors. Throws EmbedFailure. */
export function readHeaders(headers: Record<string, string | string[] | undefined>): VectorHeaders {
  const read = headersSchema.safeParse(headers);
  if (!read.success) throw badAnswer(z.prettifyError(read.error));
  return read.data;
}

/** The right weights, in another dimension. */
export function isOtherDefault({artifact, dimension}: VectorHeaders, facts: ModelFacts): boolean {
  return artifact === facts.artifact && dimension !== facts.nativeDimension;
}

/** Little-endian float32, row after row. Throws EmbedFailure where the length is wrong. */
export function rowsOf(body: Uint8Array<ArrayBuffer>, dimension: number, tokens: number[]): FullVector[] {
  if (body.byteLength !== tokens.length * dimension * Float32Array.BYTES_PER_ELEMENT) throw badAnswer('a wrong length');
  const all = new Float32Array(body.buffer, body.byteOffset, tokens.length * dimension);
  return tokens.map((count, row) => ({values: all.slice(row * dimension, (row + 1) * dimension), tokens: count}));
}

export function badAnswer(what: string): EmbedFailure {
  return new EmbedFailure('upstream_lost', `the models sent an unexpected answer: ${what}`);
}
