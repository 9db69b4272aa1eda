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

/** Distinct texts of one order. */
interface Lookup {
  texts: readonly string[];
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

  /** At once, if L1 has every text; else null, and nothing is counted. Throws EmbedFailure. */
  fromL1(order: EmbedOrder): Embedded | null {
    const cache = this.#cache;
    if (cache === null) return null;
    const facts = this.facts();
    const dimension = offeredDimension(order.dimension, facts);
    const keyOf = cacheKeys(facts, order);
    const vectors: FullVector[] = [];
    for (const text of order.texts) {
      const vector = cache.l1.get(keyOf(text));
      if (vector === undefined) return null;
      vectors.push(vector);
    }
    this.#counts[order.traffic].l1Hits += vectors.length === 1 ? 1 : new Set(vectors).size;
    return {vectors, dimension, normalise: order.normalise, cachedCount: vectors.length, facts};
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
    const distinct = [...new Set(order.texts)];
    const {vectors, cached} = await this.#vectorsOf(distinct, order, facts, signal);
    const rowOf = new Map(distinct.map((text, i) => [text, i]));
    const places = order.texts.map((text) => rowOf.get(text) ?? 0);
    return {
      vectors: places.map((place) => vectors[place]).filter((vector) => vector !== undefined),
      dimension,
      normalise: order.normalise,
      cachedCount: places.filter((place) => cached.has(place)).length,
      facts,
    };
  }

  /** Of distinct texts; `cached` are the places of those a cache had. */
  async #vectorsOf(
    texts: string[],
    order: EmbedOrder,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<{vectors: FullVector[]; cached: Set<number>}> {
    try {
      if (this.#cache === null || this.#flights === null) {
        return {vectors: await this.#source.compute(texts, order, facts, signal), cached: new Set()};
      }
      const {l1} = this.#cache;
      const keys = texts.map(cacheKeys(facts, order));
      const found = keys.map((key) => l1.get(key));
      const missing = found.flatMap((vector, place) => (vector === undefined ? [place] : []));
      const cached = new Set(found.flatMap((vector, place) => (vector === undefined ? [] : [place])));
      const landed = await this.#land(missing, {texts, keys, found}, order, facts, signal);
      for (const [i, place] of missing.entries()) {
        const one = landed[i];
        if (one === undefined) continue;
        found[place] = one.vector;
        if (one.livesMs !== null) cached.add(place);
        keep(l1, keys[place] ?? '', one, order.cacheTtlSeconds);
      }
      return {vectors: found.filter((vector) => vector !== undefined), cached};
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
    {texts, keys, found}: Lookup,
    order: EmbedOrder,
    facts: ModelFacts,
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
