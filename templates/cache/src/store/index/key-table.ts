import {l2Limits} from '@sutra/contract/l2-protocol';
import {keyedHash, randomHashSecret} from './keyed-hash.js';

const {keyBytes} = l2Limits;
const none = -1;

/**
 * Which keys there are: a hash table of whole 32-byte keys over typed arrays, so that a million of them are 60 MB and
 * nothing for the garbage collector to walk. A key lives in a slot, a small number that its other columns share.
 */
export class KeyTable {
  #keys: Uint8Array;
  #buckets: Int32Array;
  /** The next slot of the same bucket, or of the free list. */
  #next: Int32Array;
  readonly #secret = randomHashSecret();
  #free = none;
  #used = 0;
  count = 0;

  /** `slots`: a power of two. */
  constructor(slots = 1024) {
    this.#keys = new Uint8Array(slots * keyBytes);
    this.#next = new Int32Array(slots);
    this.#buckets = new Int32Array(slots * 2).fill(none);
  }

  get slots(): number {
    return this.#next.length;
  }

  /** The slot of the key that starts at `at`, or -1. */
  find(bytes: Uint8Array, at: number): number {
    let slot = this.#buckets[this.#bucketOf(bytes, at)] ?? none;
    while (slot !== none && !this.#equals(slot, bytes, at)) slot = this.#next[slot] ?? none;
    return slot;
  }

  /** Where the key of a slot that is taken stands in the order of keys, by its first four bytes. */
  rank(slot: number): number {
    return rankOfKey(this.#keys, slot * keyBytes);
  }

  /** A copy. */
  key(slot: number): Buffer {
    return Buffer.from(this.#keys.subarray(slot * keyBytes, (slot + 1) * keyBytes));
  }

  /** The key must not be there. Returns its slot; the table may have grown, and the other columns must too. */
  add(bytes: Uint8Array, at: number): number {
    const slot = this.#takeSlot();
    this.#keys.set(bytes.subarray(at, at + keyBytes), slot * keyBytes);
    this.#link(slot);
    this.count += 1;
    return slot;
  }

  remove(slot: number): void {
    const bucket = this.#bucketOf(this.#keys, slot * keyBytes);
    const after = this.#next[slot] ?? none;
    let walk = this.#buckets[bucket] ?? none;
    if (walk === slot) this.#buckets[bucket] = after;
    else {
      while (this.#next[walk] !== slot) walk = this.#next[walk] ?? none;
      this.#next[walk] = after;
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.count -= 1;
  }

  #takeSlot(): number {
    const slot = this.#free;
    if (slot !== none) {
      this.#free = this.#next[slot] ?? none;
      return slot;
    }
    if (this.#used === this.slots) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  /** Called when every slot is taken. */
  #grow(): void {
    const slots = this.slots * 2;
    this.#keys = grown(this.#keys, slots * keyBytes);
    this.#next = grown(this.#next, slots);
    this.#buckets = new Int32Array(slots * 2).fill(none);
    for (let slot = 0; slot < this.#used; slot += 1) this.#link(slot);
  }

  #link(slot: number): void {
    const bucket = this.#bucketOf(this.#keys, slot * keyBytes);
    this.#next[slot] = this.#buckets[bucket] ?? none;
    this.#buckets[bucket] = slot;
  }

  /** Their number is a power of two. */
  #bucketOf(bytes: Uint8Array, at: number): number {
    return keyedHash(this.#secret, bytes, at) & (this.#buckets.length - 1);
  }

  #equals(slot: number, bytes: Uint8Array, at: number): boolean {
    const from = slot * keyBytes;
    for (let index = 0; index < keyBytes; index += 1) {
      if (this.#keys[from + index] !== bytes[at + index]) return false;
    }
    return true;
  }
}

/** The first four bytes of a key, as the number that orders keys alike. */
export function rankOfKey(b: Uint8Array, at: number): number {
  const word = ((b[at] ?? 0) << 24) | ((b[at + 1] ?? 0) << 16) | ((b[at + 2] ?? 0) << 8) | (b[at + 3] ?? 0);
  return word >>> 0;
}

/** A longer copy of a column. */
export function grown<C extends Uint8Array | Int32Array | Uint32Array | Float64Array>(column: C, length: number): C {
  const copy = new (column.constructor as new (length: number) => C)(length);
  copy.set(column);
  return copy;
}
