import {EmbedFailure} from '../failure.js';
import type {ModelFacts} from '../model-facts.js';
import {atItsPlace} from '../text-too-long.js';
import type {Wanted} from '../vector-source.js';

export interface KeyedText {
  key: string;
  text: string;
  /** How long its vector may be kept; 0: not at all. */
  ttlSeconds: number;
}

/** Where vectors come from, by key: one a text, in order. */
export interface KeyedSource<V> {
  compute(texts: readonly KeyedText[], wanted: Wanted, facts: ModelFacts, signal: AbortSignal): Promise<V[]>;
}

/** One call to the source and the requests that wait for it. */
interface Call<V> {
  keys: string[];
  vectors: Promise<V[]>;
  waiters: number;
  controller: AbortController;
}

interface Seat<V> {
  call: Call<V>;
  position: number;
}

/** One computation a key at a time: whoever asks for what is being computed waits for it. */
export class SingleFlight<V> {
  readonly #source: KeyedSource<V>;
  readonly #seats = new Map<string, Seat<V>>();

  constructor(source: KeyedSource<V>) {
    this.#source = source;
  }

  /**
   * One vector a text, in order. Texts nobody is computing yet go to the source in one call; it is given up when the
   * last request that waits for it is gone. Rejects as the source does, and never for another request's mistake.
   */
  async compute(texts: readonly KeyedText[], wanted: Wanted, facts: ModelFacts, signal: AbortSignal): Promise<V[]> {
    signal.throwIfAborted();
    const fresh = texts.flatMap(({key}, place) => (this.#seats.has(key) ? [] : [place]));
    const own = fresh.length === 0 ? null : this.#start(pick(texts, fresh), wanted, facts);
    const seats = texts.map(({key}) => this.#seats.get(key)).filter((seat) => seat !== undefined);
    const calls = new Set(seats.map(({call}) => call));
    for (const call of calls) call.waiters += 1;
    try {
      const landed = seats.map((seat) =>
        vectorOf(seat).catch((error: unknown) => {
          if (seat.call === own) throw atItsPlace(error, fresh);
          if (isOneRequestsMistake(error)) return null;
          throw error;
        }),
      );
      const vectors = await unlessAborted(Promise.all(landed), signal);
      return await this.#fillGaps(vectors, texts, wanted, facts, signal);
    } finally {
      for (const call of calls) this.#leave(call);
    }
  }

  /** Gaps are texts that sat in a call beside another request's mistake: they are computed by themselves. */
  async #fillGaps(
    vectors: (V | null)[],
    texts: readonly KeyedText[],
    wanted: Wanted,
    facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<V[]> {
    const gaps = vectors.flatMap((vector, place) => (vector === null ? [place] : []));
    const alone = pick(texts, gaps);
    try {
      const filled = gaps.length === 0 ? [] : await this.#source.compute(alone, wanted, facts, signal);
      for (const [i, place] of gaps.entries()) vectors[place] = filled[i] ?? null;
      return vectors.filter((vector) => vector !== null);
    } catch (error) {
      throw atItsPlace(error, gaps);
    }
  }

  #start(texts: KeyedText[], wanted: Wanted, facts: ModelFacts): Call<V> {
    const controller = new AbortController();
    const vectors = this.#source.compute(texts, wanted, facts, controller.signal);
    const call: Call<V> = {keys: texts.map(({key}) => key), vectors, waiters: 0, controller};
    for (const [position, key] of call.keys.entries()) this.#seats.set(key, {call, position});
    return call;
  }

  /** A call that has landed stays joinable until its last request has left, and so has put its vectors in the cache. */
  #leave(call: Call<V>): void {
    call.waiters -= 1;
    if (call.waiters > 0) return;
    this.#forget(call);
    call.controller.abort();
  }

  #forget(call: Call<V>): void {
    for (const key of call.keys) {
      if (this.#seats.get(key)?.call === call) this.#seats.delete(key);
    }
  }
}

function pick(texts: readonly KeyedText[], places: readonly number[]): KeyedText[] {
  return places.map((place) => texts[place]).filter((text) => text !== undefined);
}

async function vectorOf<V>({call, position}: Seat<V>): Promise<V> {
  const vector = (await call.vectors)[position];
  if (vector === undefined) throw new Error('the source gave fewer vectors than texts');
  return vector;
}

function isOneRequestsMistake(error: unknown): boolean {
  return error instanceof EmbedFailure && error.code === 'text_too_long';
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const {promise: aborted, reject} = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
