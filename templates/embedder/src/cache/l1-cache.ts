import {LRUCache} from 'lru-cache';
import type {FullVector} from '../vector-source.js';
import {Fragments} from './fragments.js';

export interface L1Options {
  maxEntries: number;
  /** Of the vectors and, in what they leave free, of their serialised forms. */
  maxBytes: number;
  /** Longest life of an entry; 0 keeps nothing. */
  ttlSeconds: number;
  /** For tests. */
  nowMs?: () => number;
  /** 0 up to 1, for tests. */
  random?: () => number;
}

export interface L1Stats {
  size: number;
  bytes: number;
  evictions: number;
}

/** Key, map and list nodes of one entry, about. */
const overheadBytes = 256;
/** Entries that came together should not all go together. Never longer than promised. */
const jitter = 0.1;

/** Vectors in this process: the least recently used go first, bounded by entries and by bytes, with an absolute TTL. */
export class L1Cache {
  readonly options: Readonly<L1Options>;
  readonly #entries: LRUCache<string, FullVector>;
  readonly #fragments = new Fragments();
  readonly #random: () => number;
  #evictions = 0;
  #epoch = 0;

  constructor(options: L1Options) {
    this.options = options;
    this.#random = options.random ?? Math.random;
    const now = options.nowMs ?? (() => performance.now());
    this.#entries = new LRUCache({
      max: options.maxEntries,
      maxSize: options.maxBytes,
      sizeCalculation: ({values}) => values.byteLength + overheadBytes,
      perf: {now},
      ttlResolution: options.nowMs === undefined ? 1 : 0,
      dispose: (vector, _key, reason) => {
        this.#fragments.forget(vector);
        if (reason === 'evict') this.#evictions += 1;
      },
    });
  }

  /** Grows with every clear: what was asked for before one must not be kept after it. */
  get epoch(): number {
    return this.#epoch;
  }

  get(key: string): FullVector | undefined {
    return this.#entries.get(key);
  }

  /** Keeps the vector for `ttlSeconds` or the cache's own limit, whichever is less; 0 does not keep it. */
  set(key: string, vector: FullVector, ttlSeconds: number): void {
    const seconds = Math.min(ttlSeconds, this.options.ttlSeconds);
    this.keepFor(key, vector, seconds * 1000 * (1 - jitter * this.#random()));
  }

  /** Keeps it exactly so long: its life was decided elsewhere. */
  keepFor(key: string, vector: FullVector, livesMs: number): void {
    const ttl = Math.min(livesMs, this.options.ttlSeconds * 1000);
    if (ttl <= 0) return;
    this.#entries.set(key, vector, {ttl});
    this.#fragments.fitInto(this.options.maxBytes - this.#entries.calculatedSize);
  }

  /** The JSON of the vector in `dimension`: kept beside it if there is room, made if not. */
  json(vector: FullVector, dimension: number, make: () => string): string {
    const kept = this.#fragments.get(vector, dimension);
    if (kept !== undefined) return kept;
    const made = make();
    this.#fragments.set(vector, dimension, made);
    this.#fragments.fitInto(this.options.maxBytes - this.#entries.calculatedSize);
    return made;
  }

  /** How many there were. */
  clear(): number {
    const size = this.#entries.size;
    this.#epoch += 1;
    this.#entries.clear();
    this.#fragments.clear();
    return size;
  }

  stats(): L1Stats {
    return {
      size: this.#entries.size,
      bytes: this.#entries.calculatedSize + this.#fragments.bytes,
      evictions: this.#evictions,
    };
  }
}
