import type {TwoTierCache} from '../cache/two-tier-cache.js';
import type {Embedded} from '../embeddings.js';
import {inDimension} from '../inference/full-vector.js';
import type {FullVector} from '../vector-source.js';

/**
 * The JSON of an `EmbedResponse`, in one buffer. Vectors that the cache keeps are kept as JSON too, and only copied
 * here: printing 256 numbers takes some fifty times as long as all the rest of a cached answer.
 */
export function embedBody(
  embedded: Embedded,
  edition: string,
  processingMs: number,
  cache: TwoTierCache | null,
): Buffer {
  const {vectors, dimension, facts, cachedCount} = embedded;
  const rows = vectors.map((vector) => rowJson(vector, embedded, cache));
  const tail =
    `],"dimension":${dimension},"model":${JSON.stringify(facts.id)},` +
    `"processing_time_ms":${Math.round(processingMs * 100) / 100},"cached_count":${cachedCount},` +
    `"edition":${JSON.stringify(edition)},"batch_size":${vectors.length}}`;
  let sizeBytes = head.length + rows.length - 1 + Buffer.byteLength(tail);
  for (const row of rows) sizeBytes += row.length;
  const body = Buffer.allocUnsafe(sizeBytes);
  let at = body.write(head, 'latin1');
  for (const [i, row] of rows.entries()) {
    if (i > 0) {
      body[at] = comma;
      at += 1;
    }
    body.set(row, at);
    at += row.length;
  }
  body.write(tail, at);
  return body;
}

const head = '{"embeddings":[';
const comma = 0x2c;

/** One vector as a JSON list of numbers. */
export function rowJson(
  vector: FullVector,
  {dimension, normalise}: Pick<Embedded, 'dimension' | 'normalise'>,
  cache: TwoTierCache | null,
): Buffer {
  const make = () =>
    Buffer.from(JSON.stringify(Array.from(inDimension(vector.values, dimension, normalise))), 'latin1');
  return cache === null ? make() : cache.json(vector, dimension, make);
}
