import type {TwoTierCache} from '../../cache/two-tier-cache.js';
import type {Embedded} from '../../embeddings.js';
import {inDimension} from '../../inference/full-vector.js';
import type {FullVector} from '../../vector-source.js';

/**
 * The JSON of an `EmbedResponse`, in ASCII. Vectors that the cache keeps are kept as JSON too: printing 256 numbers
 * takes longer than all the rest of a cached answer. A string and not bytes, because Node sends it in one piece with the
 * headers and copies it once.
 */
export function embedBody(
  embedded: Embedded,
  edition: string,
  processingMs: number,
  cache: TwoTierCache | null,
): string {
  const {vectors, dimension, facts, cachedCount} = embedded;
  const [first] = vectors;
  const rows =
    vectors.length === 1 && first !== undefined
      ? rowJson(first, embedded, cache)
      : vectors.map((vector) => rowJson(vector, embedded, cache)).join();
  return (
    `{"embeddings":[${rows}],"dimension":${dimension},"model":${asciiJson(facts.id)},` +
    `"processing_time_ms":${Math.round(processingMs * 100) / 100},"cached_count":${cachedCount},` +
    `"edition":${asciiJson(edition)},"batch_size":${vectors.length}}`
  );
}

/** One vector as a JSON list of numbers. */
export function rowJson(
  vector: FullVector,
  {dimension, normalise}: Pick<Embedded, 'dimension' | 'normalise'>,
  cache: TwoTierCache | null,
): string {
  const make = () => JSON.stringify(Array.from(inDimension(vector.values, dimension, normalise)));
  return cache === null ? make() : cache.l1.json(vector, dimension, make);
}

/** A JSON string of nothing but ASCII, of the few names there are. */
function asciiJson(name: string): string {
  const known = asciiNames.get(name);
  if (known !== undefined) return known;
  const json = JSON.stringify(name).replaceAll(
    notAscii,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  asciiNames.set(name, json);
  return json;
}

const asciiNames = new Map<string, string>();
const notAscii = /[^\0-\x7f]/g;
