import {describe, expect, it} from 'vitest';
import {cacheKeys} from '../../../../templates/embedder/src/cache/cache-key.js';
import type {ModelFacts} from '../../../../templates/embedder/src/model-facts.js';
import type {Wanted} from '../../../../templates/embedder/src/vector-source.js';

const facts: ModelFacts = {
  id: 'owner/model',
  artifact: 'a'.repeat(64),
  nativeDimension: 768,
  dimensions: [768, 256],
  defaultDimension: 768,
  pooling: 'mean',
  windowTokens: 512,
  prefixes: {query: 'search_query: ', document: 'search_document: '},
  batching: 'padded',
};
const wanted: Wanted = {normalise: true, truncate: false, inputType: undefined};

function keyOf({text = 'a text', ...change}: Partial<ModelFacts & Wanted> & {text?: string} = {}): string {
  return cacheKeys({...facts, ...change}, {...wanted, ...change})(text);
}

describe('the cache key', () => {
  it.each([
    ['text', {text: 'a texT'}],
    ['model', {id: 'owner/model2'}],
    ['artifact', {artifact: 'b'.repeat(64)}],
    ['pooling', {pooling: 'cls'}],
    ['prefix', {inputType: 'query' as const}],
    ['truncation', {truncate: true}],
    ['normalise flag', {normalise: false}],
  ])('differs when the %s does', (_field, change) => {
    expect(keyOf(change)).not.toBe(keyOf());
  });

  it('is the same for the same', () => {
    expect(keyOf()).toBe(keyOf());
  });

  it('does not depend on the dimension: every one is served from the full width', () => {
    expect(keyOf({defaultDimension: 256})).toBe(keyOf());
  });

  it('has all 256 bits of the hash', () => {
    expect(Buffer.from(keyOf(), 'base64url')).toHaveLength(32);
  });

  it('does not let one field run into the next', () => {
    expect(keyOf({id: 'ab', artifact: 'c'})).not.toBe(keyOf({id: 'a', artifact: 'bc'}));
    expect(keyOf({text: 'search_query: a'})).not.toBe(keyOf({text: 'a', inputType: 'query'}));
  });
});
