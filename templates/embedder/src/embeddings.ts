import {BehindL1, type Landed} from './cache/behind-l1.js';
import {cacheKeys} from './cache/cache-key.js';
import type {L1Cache} from './cache/l1-cache.js';
import type {LookupFigures, Traffic} from './cache/lookup-counts.js';
import {SingleFlight} from './cache/single-flight.js';
import type {TwoTierCache} from './cache/two-tier-cache.js';
import {EmbedFailure} from './failure.js';
import type {Metrics} from './metrics.js';
import type {ModelFacts} from './model-facts.js';
import {atItsPlace} from './text-too-long.js';
import {type FullVector, ModelChanged, type VectorSource, type Wanted} from './vector-source.js';

export interface EmbedOrder extends Wanted {
  texts: readonly string[];
  /** The model's default if it is left out. */
  dimension: number | undefined;
  cacheTtlSeconds: number;
  /** Whose look-ups are counted. */
  traffic: Traffic;
}

export interface Embedded {
  /** One a text, in order, in the model's full width: `inDimension` makes the row that was asked for. */
  vectors: FullVector[];
  dimension: number;
  normalise: boolean;
  /** Rows that came from the cache, whichever tier. */
  cachedCount: number;
  facts: ModelFacts;
}

/** One order, looked up in L1 once: every distinct text, its key, and what was there. */
export interface Lookup {
  order: EmbedOrder;
  facts: ModelFacts;
  dimension: number;
  /** Distinct. */
  texts: readonly string[];
  /** One a text; none without a cache. */
  keys: readonly string[];
  found: (FullVector | undefined)[];
}

/** Texts in, vectors out: L1, single-flight, then what is behind them. The dimension is applied by who answers. */
export class Embeddings {
  readonly #source: VectorSource;
  readonly #cache: TwoTierCache | null;
  readonly #flights: SingleFlight<Landed> | null;
  readonly #counts: LookupFigures;

  constructor(source: VectorSource, cache: TwoTierCache | null, metrics: Metrics) {
    this.#source = source;
    this.#cache = cache;
    this.#flights = cache === null ? null : new SingleFlight(new BehindL1(source, cache.l1, cache.l2, metrics));
    this.#counts = metrics.lookups;
  }

  /** The model in service. Throws model_not_ready before it is known. */
  facts(): ModelFacts {
    const facts = this.#source.facts();
    if (facts === null) {
      throw new EmbedFailure('model_not_ready', 'the model is still loading', {retryAfterSeconds: 1});
    }
    return facts;
  }

  /** Hashes and looks up each distinct text once. Nothing is counted yet. Throws EmbedFailure. */
  lookUp(order: EmbedOrder): Lookup {
    const facts = this.facts();
    const dimension = offeredDimension(order.dimension, facts);
    const texts = order.texts.length === 1 ? order.texts : [...new Set(order.texts)];
    const l1 = this.#cache?.l1;
    const keys = l1 === undefined ? [] : texts.map(cacheKeys(facts, order));
    return {order, facts, dimension, texts, keys, found: keys.map((key) => l1?.get(key))};
  }

  /** At once, if L1 had every text; else null, and nothing is counted. */
  fromL1(lookup: Lookup): Embedded | null {
    const {found, order, texts} = lookup;
    if (found.length === 0 || found.includes(undefined)) return null;
    this.#counts[order.traffic].l1Hits += texts.length;
    return rowsOf(lookup, order.texts.length, found);
  }

  /** A text that occurs twice is computed once. Rejects with EmbedFailure, or with the signal's reason. */
  async embed(lookup: Lookup, signal: AbortSignal): Promise<Embedded> {
    try {
      return await this.#complete(lookup, signal);
    } catch (error) {
      if (!(error instanceof ModelChanged)) throw error;
      // Everything begins anew under the new facts: keys, prefixes, dimensions. A second change is given up on.
      return await this.#complete(this.lookUp(lookup.order), signal).catch((again: unknown) => {
        if (!(again instanceof ModelChanged)) throw again;
        throw new EmbedFailure('upstream_lost', 'the models answer with different weights in turn', {
          retryAfterSeconds: 1,
        });
      });
    }
  }

  /** What L1 had, and what is behind it for the rest. */
  async #complete(lookup: Lookup, signal: AbortSignal): Promise<Embedded> {
    const {order, facts, texts, keys} = lookup;
    try {
      if (this.#cache === null) return rowsOf(lookup, 0, await this.#source.compute([...texts], order, facts, signal));
      const {l1} = this.#cache;
      const found = [...lookup.found];
      const missing = found.flatMap((vector, place) => (vector === undefined ? [place] : []));
      const computed = new Set(missing);
      const landed = await this.#land(missing, lookup, signal);
      for (const [i, place] of missing.entries()) {
        const one = landed[i];
        if (one === undefined) continue;
        found[place] = one.vector;
        if (one.livesMs !== null) computed.delete(place);
        keep(l1, keys[place] ?? '', one, order.cacheTtlSeconds);
      }
      const places = placesOf(lookup);
      return rowsOf(lookup, places.filter((place) => !computed.has(place)).length, found);
    } catch (error) {
      throw atItsPlace(
        error,
        texts.map((text) => order.texts.indexOf(text)),
      );
    }
  }

  /** What L1 does not have, in the order of its places. Counts the whole look-up, once it is known how it ended. */
  async #land(
    places: readonly number[],
    {texts, keys, found, order, facts}: Lookup,
    signal: AbortSignal,
  ): Promise<Landed[]> {
    const {cacheTtlSeconds: ttlSeconds} = order;
    const keyed = places.map((place) => ({key: keys[place] ?? '', text: texts[place] ?? '', ttlSeconds}));
    let landed: Landed[] = [];
    try {
      if (keyed.length > 0) landed = (await this.#flights?.compute(keyed, order, facts, signal)) ?? [];
      return landed;
    } catch (error) {
      throw atItsPlace(error, places);
    } finally {
      const l2Hits = landed.filter(({livesMs}) => livesMs !== null).length;
      const counts = this.#counts[order.traffic];
      counts.l1Hits += found.length - places.length;
      counts.l1Misses += places.length;
      counts.l2Hits += l2Hits;
      if (this.#cache?.l2 !== null) counts.l2Misses += places.length - l2Hits;
    }
  }
}

/** For each text of the order, in its order, the place of the distinct text it is. */
function placesOf({order, texts}: Lookup): number[] {
  if (texts.length === order.texts.length) return order.texts.map((_, place) => place);
  const placeOf = new Map(texts.map((text, place) => [text, place]));
  return order.texts.map((text) => placeOf.get(text) ?? 0);
}

/** The answer to an order from the vectors of its distinct texts. */
function rowsOf(lookup: Lookup, cachedCount: number, vectors: readonly (FullVector | undefined)[]): Embedded {
  const {order, dimension, facts} = lookup;
  return {
    vectors: placesOf(lookup)
      .map((place) => vectors[place])
      .filter((vector) => vector !== undefined),
    dimension,
    normalise: order.normalise,
    cachedCount,
    facts,
  };
}

/** Promoted with the life it has left, or kept as it was asked for; not if everything was cleared meanwhile. */
function keep(l1: L1Cache, key: string, {vector, livesMs, epoch}: Landed, ttlSeconds: number): void {
  if (epoch !== l1.epoch) return;
  if (livesMs === null) l1.set(key, vector, ttlSeconds);
  else l1.keepFor(key, vector, Math.min(livesMs, ttlSeconds * 1000));
}

function offeredDimension(asked: number | undefined, facts: ModelFacts): number {
  const dimension = asked ?? facts.defaultDimension;
  if (facts.dimensions.includes(dimension)) return dimension;
  const offered = facts.dimensions.join(', ');
  throw new EmbedFailure('dimension_not_offered', `${facts.id} offers ${offered}, not ${dimension}`, {
    details: {dimension, offered: facts.dimensions, model: facts.id},
  });
}
