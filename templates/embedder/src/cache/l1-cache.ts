import {LRUCache} from 'lru-cache';
import type {FullVector} from '../vector-source.js';

export interface L1Options {
  maxEntries: number;
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
  hits: number;
  misses: number;
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
  readonly #random: () => number;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  constructor(options: L1Options) {
    this.options = options;
    this.#random = options.random ?? Math.random;
    const now = options.nowMs ?? (() => performance.now());
    this.#entries = new LRUCache({
      max: options.maxEntries,
      maxSize: options.maxBytes,
      sizeCalculation: ({values}) => values.byteLength + overheadBytes,
      perf: {now},
      ttlResolution: 0,
      dispose: (_value, _key, reason) => {
        if (reason === 'evict') this.#evictions += 1;
      },
    });
  }

  get(key: string): FullVector | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) this.#misses += 1;
    else this.#hits += 1;
    return found;
  }

  /** Keeps the vector for `ttlSeconds` or the cache's own limit, whichever is less; 0 does not keep it. */
  set(key: string, vector: FullVector, ttlSeconds: number): void {
    const seconds = Math.min(ttlSeconds, this.options.ttlSeconds);
    if (seconds === 0) return;
    this.#entries.set(key, vector, {ttl: seconds * 1000 * (1 - jitter * this.#random())});
  }

  /** How many there were. */
  clear(): number {
    const size = this.#entries.size;
    this.#entries.clear();
    return size;
  }

  stats(): L1Stats {
    return {
      size: this.#entries.size,
      bytes: this.#entries.calculatedSize,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    };
  }
}
