import {hash} from 'node:crypto';
import type {ModelFacts} from '../model-facts.js';
import type {Wanted} from '../vector-source.js';

/**
 * Makes the cache keys of one model and one manner of asking: SHA-256 in base64url over everything a vector depends on,
 * each field with its length before it, so that no two lists of fields read the same.
 * The dimension is not part of it: every dimension is served from the full width.
 */
export function cacheKeys(facts: ModelFacts, {inputType, normalise, truncate}: Wanted): (text: string) => string {
  const heads = headsOf.get(facts) ?? [new Map(), new Map(), new Map(), new Map()];
  const ofManner = heads[(normalise ? 1 : 0) + (truncate ? 2 : 0)];
  let head = ofManner?.get(inputType);
  if (head === undefined) {
    head = headOf(facts, {inputType, normalise, truncate});
    ofManner?.set(inputType, head);
    headsOf.set(facts, heads);
  }
  return (text) => hash('sha256', head + withLength(text), 'base64url');
}

/** There are few models and few manners: what their keys have in common is put together once. */
const headsOf = new WeakMap<ModelFacts, Map<Wanted['inputType'], string>[]>();

function headOf(facts: ModelFacts, wanted: Wanted): string {
  const prefix = wanted.inputType === undefined ? '' : (facts.prefixes[wanted.inputType] ?? '');
  const fields = [
    facts.id,
    facts.artifact,
    facts.pooling,
    prefix,
    // Where a text is cut is the window's to say.
    wanted.truncate ? `truncate ${facts.windowTokens}` : 'refuse',
    wanted.normalise ? 'unit' : 'raw',
  ];
  return fields.map(withLength).join('');
}

/** The length is in UTF-16 units: it need only tell where the field ends. */
function withLength(field: string): string {
  return `${field.length}:${field}`;
}
