import {grown, KeyTable} from './key-table.js';
import {RecencyList} from './recency-list.js';

export interface IndexedEntry {
  /** Row of the database. */
  id: number;
  expiresAtMs: number;
  vectorBytes: number;
  /** Place in the order of use: greater is later. */
  used: number;
}

/** All entries of the store by key, in order of use, with the most recent values. What is not here is not stored. */
export class EntryIndex {
  #keys = new KeyTable();
  #recency: RecencyList;
  #ids = new Float64Array(0);
  #expiresAtMs = new Float64Array(0);
  #used = new Float64Array(0);
  #vectorBytes = new Uint32Array(0);
  /** 1: used since its place was last written down. */
  #moved = new Uint8Array(0);
  #clock = 0;
  vectorBytes = 0;
  readonly #memoryBytes: number;

  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes;
    this.#recency = new RecencyList(memoryBytes);
  }

  get count(): number {
    return this.#keys.count;
  }

  get memory(): {entries: number; bytes: number} {
    return {entries: this.#recency.heldCount, bytes: this.#recency.heldBytes};
  }

  /** The next place in the order of use. */
  nextUse(): number {
    this.#clock += 1;
    return this.#clock;
  }

  find(bytes: Uint8Array, at: number): number {
    return this.#keys.find(bytes, at);
  }

  /** The key must not be there. Becomes the most recent one. `value` null: on the disk only. */
  add(bytes: Uint8Array, at: number, entry: IndexedEntry, value: Buffer | null): void {
    const slot = this.#keys.add(bytes, at);
    this.#growColumns();
    this.#ids[slot] = entry.id;
    this.#expiresAtMs[slot] = entry.expiresAtMs;
    this.#vectorBytes[slot] = entry.vectorBytes;
    this.#used[slot] = entry.used;
    this.#moved[slot] = 0;
    this.#clock = Math.max(this.#clock, entry.used);
    this.vectorBytes += entry.vectorBytes;
    this.#recency.add(slot, value);
  }

  /** Returns the row that is no longer needed. */
  remove(slot: number): number {
    this.vectorBytes -= this.#vectorBytes[slot] ?? 0;
    this.#recency.remove(slot);
    this.#keys.remove(slot);
    const id = this.id(slot);
    this.#ids[slot] = 0;
    return id;
  }

  clear(): void {
    this.#keys = new KeyTable();
    this.#recency = new RecencyList(this.#memoryBytes);
    this.#recency.grow(this.#ids.length);
    this.#ids.fill(0);
    this.#moved.fill(0);
    this.vectorBytes = 0;
  }

  id(slot: number): number {
    return this.#ids[slot] ?? 0;
  }

  /** By looking at all of them: for what is rare. */
  slotOfRow(id: number): number {
    return this.#ids.indexOf(id);
  }

  expiresAtMs(slot: number): number {
    return this.#expiresAtMs[slot] ?? 0;
  }

  value(slot: number): Buffer | null {
    return this.#recency.value(slot);
  }

  touch(slot: number, value: Buffer): void {
    this.#used[slot] = this.nextUse();
    this.#moved[slot] = 1;
    this.#recency.touch(slot, value);
  }

  /** The slot used least recently, or -1. */
  get oldest(): number {
    return this.#recency.oldest;
  }

  /** Slots whose time has come. */
  expired(nowMs: number): number[] {
    const slots: number[] = [];
    for (let slot = 0; slot < this.#ids.length; slot += 1) {
      if (this.id(slot) !== 0 && this.expiresAtMs(slot) <= nowMs) slots.push(slot);
    }
    return slots;
  }

  /** Keys from `from` up to but not including `to`, by their first four bytes; in no order. */
  keysRanked(from: number, to: number): Buffer[] {
    const keys: Buffer[] = [];
    for (let slot = 0; slot < this.#ids.length; slot += 1) {
      const rank = this.#keys.rank(slot);
      if (rank >= from && rank < to && this.id(slot) !== 0) keys.push(this.#keys.key(slot));
    }
    return keys;
  }

  /** Up to `most` rows with their new place in the order of use, [id, used, ...], to be written down. */
  takeMoves(most: number): Float64Array {
    const moves: number[] = [];
    for (let slot = 0; slot < this.#ids.length && moves.length < most * 2; slot += 1) {
      if (this.#moved[slot] !== 1 || this.id(slot) === 0) continue;
      this.#moved[slot] = 0;
      moves.push(this.id(slot), this.#used[slot] ?? 0);
    }
    return Float64Array.from(moves);
  }

  #growColumns(): void {
    const {slots} = this.#keys;
    if (slots <= this.#ids.length) return;
    this.#recency.grow(slots);
    this.#ids = grown(this.#ids, slots);
    this.#expiresAtMs = grown(this.#expiresAtMs, slots);
    this.#used = grown(this.#used, slots);
    this.#vectorBytes = grown(this.#vectorBytes, slots);
    this.#moved = grown(this.#moved, slots);
  }
}
