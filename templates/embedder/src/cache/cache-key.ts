import {hash} from 'node:crypto';
import type {ModelFacts} from '../model-facts.js';
import type {Wanted} from '../vector-source.js';

/**
 * Makes the cache keys of one model and one manner of asking: SHA-256 in base64url over everything a vector depends on,
 * each field with its length before it, so that no two lists of fields read the same.
 * The dimension is not part of it: every dimension is served from the full width.
 */
export function cacheKeys(facts: ModelFacts, {inputType, normalise, truncate}: Wanted): (text: string) => string {
  const heads = headsOf.get(facts) ?? new Map<string, string>();
  const manner = `${normalise}${truncate}${inputType}`;
  const head = heads.get(manner) ?? headOf(facts, {inputType, normalise, truncate});
  if (!heads.has(manner)) headsOf.set(facts, heads.set(manner, head));
  return (text) => hash('sha256', head + withLength(text), 'base64url');
}

/** There are few models and few manners: what they have in common is put together once. */
const headsOf = new WeakMap<ModelFacts, Map<string, string>>();

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
