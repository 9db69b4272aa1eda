import {entryHeadBytes, expiryOfEntry, tokensOfEntry} from '@sutra/contract/l2-get-frames';
import {type L2Page, type L2ScannedEntry, l2Limits} from '@sutra/contract/l2-protocol';
import {rankOfKey} from './index/key-table.js';
import type {StoredVectors} from './stored-vectors.js';

/** Keys sorted at a time: one look over a million slots takes milliseconds, so it serves many pages. */
const runKeys = 8_192;
const ranks = 2 ** 32;
const nothing = {from: 0, to: 0, keys: []};

/**
 * All entries in the order of their keys, a page at a time. The index has no such order, and gets must not wait for one:
 * keys are hashes and lie evenly, so a stretch of the key space with about `runKeys` of them is sorted when it is reached.
 */
export class KeyWalk {
  readonly #vectors: StoredVectors;
  #run: {from: number; to: number; keys: Buffer[]} = nothing;

  constructor(vectors: StoredVectors) {
    this.#vectors = vectors;
  }

  /** See `l2-protocol.ts`. What was removed since its stretch was sorted is left out. */
  page(after: Uint8Array | null, limit: number, nowMs: number): L2Page {
    const {keys, to} = this.#runOf(after === null ? 0 : rankAfter(after), after === null);
    const first = after === null ? 0 : firstAfter(keys, after);
    const asked = keys.slice(first, first + limit);
    const entries = asked.flatMap((key) => this.#entry(key, nowMs));
    this.#vectors.endReads();
    const more = first + limit < keys.length;
    const next = more ? (asked.at(-1) ?? null) : keyBefore(to);
    if (next === null) this.#run = nothing;
    return {nowMs, entries, next};
  }

  /** The stretch that holds this rank; sorted anew at the start of a walk. */
  #runOf(rank: number, anew: boolean) {
    if (!anew && rank >= this.#run.from && rank < this.#run.to) return this.#run;
    const width = Math.ceil((ranks * runKeys) / Math.max(runKeys, this.#vectors.index.count));
    const to = Math.min(ranks, rank + width);
    this.#run = {from: rank, to, keys: this.#vectors.index.keysRanked(rank, to).sort(Buffer.compare)};
    return this.#run;
  }

  #entry(key: Buffer, nowMs: number): L2ScannedEntry[] {
    const entry = this.#vectors.peek(key, nowMs);
    if (entry === null) return [];
    return [[key, expiryOfEntry(entry, 0), tokensOfEntry(entry, 0), entry.subarray(entryHeadBytes)]];
  }
}

/** By halves. */
function firstAfter(keys: readonly Buffer[], after: Uint8Array): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(keys[middle] ?? after, after) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last key there could be before a rank; null past the last rank. */
function keyBefore(rank: number): Buffer | null {
  if (rank >= ranks) return null;
  const key = Buffer.alloc(l2Limits.keyBytes, 0xff);
  key.writeUInt32BE(rank - 1);
  return key;
}

/** The rank at which keys after this one begin: the next one, when this is the last of its own. */
function rankAfter(key: Uint8Array): number {
  const rank = rankOfKey(key, 0);
  return key.subarray(4).every((byte) => byte === 0xff) ? rank + 1 : rank;
}
