import type {InputType} from '@sutra/contract/model-entry';
import {cacheKeys} from './cache/cache-key.js';
import type {L1Cache} from './cache/l1-cache.js';
import {SingleFlight} from './cache/single-flight.js';
import {EmbedFailure} from './failure.js';
import {inDimension} from './inference/full-vector.js';
import type {Metrics} from './metrics.js';
import type {ModelFacts} from './model-facts.js';
import {atItsPlace} from './text-too-long.js';
import {type FullVector, ModelChanged, type VectorSource, type Wanted} from './vector-source.js';

export interface EmbedOrder {
  texts: readonly string[];
  normalise: boolean;
  truncate: boolean;
  inputType: InputType | undefined;
  /** The model's default if it is left out. */
  dimension: number | undefined;
  cacheTtlSeconds: number;
}

export interface Embedded {
  /** One row a text, in order, each `dimension` wide. */
  rows: Float32Array[];
  dimension: number;
  /** Tokens of each row, as the model saw them when it computed the row. */
  tokens: number[];
  /** Rows that came from the cache. */
  cachedCount: number;
  facts: ModelFacts;
}

/** Texts in, vectors out: cache, single-flight, source, and the dimension applied last. */
export class Embeddings {
  readonly #source: VectorSource;
  readonly #cache: L1Cache | null;
  readonly #flights: SingleFlight;
  readonly #metrics: Metrics;

  constructor(source: VectorSource, cache: L1Cache | null, metrics: Metrics) {
    this.#source = source;
    this.#cache = cache;
    this.#flights = new SingleFlight(source);
    this.#metrics = metrics;
  }

  /** The model in service. Throws model_not_ready before it is known. */
  facts(): ModelFacts {
    const facts = this.#source.facts();
    if (facts === null) {
      throw new EmbedFailure('model_not_ready', 'the model is still loading', {retryAfterSeconds: 1});
    }
    return facts;
  }

  /** A text that occurs twice is computed once. Rejects with EmbedFailure, or with the signal's reason. */
  async embed(order: EmbedOrder, signal: AbortSignal): Promise<Embedded> {
    try {
      return await this.#embedWith(this.facts(), order, signal);
    } catch (error) {
      if (!(error instanceof ModelChanged)) throw error;
      // Everything begins anew under the new facts: keys, prefixes, dimensions. A second change is given up on.
      return await this.#embedWith(this.facts(), order, signal).catch((again: unknown) => {
        if (!(again instanceof ModelChanged)) throw again;
        throw new EmbedFailure('upstream_lost', 'the models answer with different weights in turn', {
          retryAfterSeconds: 1,
        });
      });
    }
  }

  async #embedWith(facts: ModelFacts, order: EmbedOrder, signal: AbortSignal): Promise<Embedded> {
    const dimension = offeredDimension(order.dimension, facts);
    const {normalise, truncate, inputType} = order;
    const distinct = [...new Set(order.texts)];
    const {vectors, cached} = await this.#vectorsOf(distinct, order, {normalise, truncate, inputType}, facts, signal);
    const rowOf = new Map(distinct.map((text, i) => [text, i]));
    const places = order.texts.map((text) => rowOf.get(text) ?? 0);
    const served = vectors.map(({values}) => inDimension(values, dimension, normalise));
    return {
      rows: pick(served, places),
      dimension,
      tokens: pick(
        vectors.map(({tokens}) => tokens),
        places,
      ),
      cachedCount: places.filter((place) => cached.has(place)).length,
      facts,
    };
  }

  /** Of distinct texts; `cached` are the places of those the cache had. */
  async #vectorsOf(
    texts: string[],
    order: EmbedOrder,
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<{vectors: FullVector[]; cached: Set<number>}> {
    const cache = this.#cache;
    try {
      if (cache === null) {
        return {vectors: await this.#source.compute(texts, wanted, facts, signal), cached: new Set()};
      }
      const keys = texts.map(cacheKeys(facts, wanted));
      const found = keys.map((key) => cache.get(key));
      const missing = found.flatMap((vector, place) => (vector === undefined ? [place] : []));
      this.#metrics.cacheLookup(found.length - missing.length, missing.length);
      const cached = new Set(found.flatMap((vector, place) => (vector === undefined ? [] : [place])));
      const computed = await this.#compute(missing, texts, keys, wanted, facts, signal);
      for (const [i, place] of missing.entries()) {
        const vector = computed[i];
        if (vector === undefined) continue;
        found[place] = vector;
        cache.set(keys[place] ?? '', vector, order.cacheTtlSeconds);
      }
      return {vectors: found.filter((vector) => vector !== undefined), cached};
    } catch (error) {
      throw atItsPlace(
        error,
        texts.map((text) => order.texts.indexOf(text)),
      );
    }
  }

  async #compute(
    places: readonly number[],
    texts: readonly string[],
    keys: readonly string[],
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<FullVector[]> {
    if (places.length === 0) return [];
    const keyed = places.map((place) => ({key: keys[place] ?? '', text: texts[place] ?? ''}));
    try {
      return await this.#flights.compute(keyed, wanted, facts, signal);
    } catch (error) {
      throw atItsPlace(error, places);
    }
  }
}

function offeredDimension(asked: number | undefined, facts: ModelFacts): number {
  const dimension = asked ?? facts.defaultDimension;
  if (facts.dimensions.includes(dimension)) return dimension;
  const offered = facts.dimensions.join(', ');
  throw new EmbedFailure('dimension_not_offered', `${facts.id} offers ${offered}, not ${dimension}`, {
    details: {dimension, offered: facts.dimensions, model: facts.id},
  });
}

function pick<T>(rows: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => rows[place]).filter((row) => row !== undefined);
}
