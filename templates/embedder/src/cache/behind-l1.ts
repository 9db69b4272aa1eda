import type {L2Cache, L2Found} from '../l2/l2-cache.js';
import type {Metrics} from '../metrics.js';
import type {ModelFacts} from '../model-facts.js';
import {atItsPlace} from '../text-too-long.js';
import type {FullVector, VectorSource, Wanted} from '../vector-source.js';
import type {L1Cache} from './l1-cache.js';
import type {KeyedText} from './single-flight.js';

export interface Landed {
  vector: FullVector;
  /** Of a vector of L2: how long it still lives. Null: it was computed. */
  livesMs: number | null;
  /** L1's epoch when it was found, or when its computation began. */
  epoch: number;
}

/** Where L1's misses are answered: L2 in one call, the model for the rest, in one call too. */
export class BehindL1 {
  readonly #source: VectorSource;
  readonly #l1: L1Cache;
  readonly #l2: L2Cache | null;
  readonly #metrics: Metrics;

  constructor(source: VectorSource, l1: L1Cache, l2: L2Cache | null, metrics: Metrics) {
    this.#source = source;
    this.#l1 = l1;
    this.#l2 = l2;
    this.#metrics = metrics;
  }

  /** As `VectorSource.compute`. What is computed goes to L2 behind the answer's back. */
  async compute(
    texts: readonly KeyedText[],
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<Landed[]> {
    const keys = texts.map(({key}) => key);
    const found = await this.#lookUp(keys, facts.nativeDimension);
    signal.throwIfAborted();
    const epoch = this.#l1.epoch;
    const missing = found.flatMap((hit, place) => (hit === null ? [place] : []));
    const computed = await this.#run(missing, texts, wanted, facts, signal);
    return found.flatMap((hit, place) => landed(hit, computed.get(place), epoch));
  }

  async #lookUp(keys: readonly string[], dimension: number): Promise<(L2Found | null)[]> {
    if (this.#l2 === null) return keys.map(() => null);
    const startedMs = performance.now();
    const found = await this.#l2.get(keys, dimension);
    this.#metrics.l2Lookup((performance.now() - startedMs) / 1000);
    return found;
  }

  async #run(
    places: readonly number[],
    texts: readonly KeyedText[],
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<Map<number, FullVector>> {
    if (places.length === 0) return new Map();
    const asked = places.map((place) => texts[place]).filter((text) => text !== undefined);
    const generations = asked.map(({key}) => this.#l2?.generationOf(key) ?? null);
    const startedMs = performance.now();
    const strings = asked.map(({text}) => text);
    const vectors = await this.#source.compute(strings, wanted, facts, signal).catch((error: unknown) => {
      throw atItsPlace(error, places);
    });
    this.#metrics.lookups.textsComputed += vectors.length;
    this.#metrics.lookups.computeMs += performance.now() - startedMs;
    for (const [i, {key, ttlSeconds}] of asked.entries()) {
      const vector = vectors[i];
      const seconds = Math.min(ttlSeconds, this.#l1.options.ttlSeconds);
      if (vector !== undefined && seconds > 0) this.#l2?.put(key, vector, seconds, generations[i] ?? null);
    }
    return new Map(vectors.map((vector, i) => [places[i] ?? -1, vector]));
  }
}

function landed(hit: L2Found | null, computed: FullVector | undefined, epoch: number): Landed[] {
  if (hit !== null) return [{...hit, epoch}];
  return computed === undefined ? [] : [{vector: computed, livesMs: null, epoch}];
}
