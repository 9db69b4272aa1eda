import {grown} from './key-table.js';

const none = -1;

/**
 * The order in which slots were last used, and the values of those at its front: as many as the memory allows. Because
 * only the front is held, what is used least recently among the held is always the next to be let go.
 */
export class RecencyList {
  #newer = new Int32Array(0);
  #older = new Int32Array(0);
  #values: (Buffer | null)[] = [];
  #newest = none;
  /** The slot used least recently of all, or -1. */
  oldest = none;
  /** The slot used least recently of those whose value is held. */
  #lastHeld = none;
  heldBytes = 0;
  heldCount = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  grow(slots: number): void {
    if (slots <= this.#newer.length) return;
    this.#newer = grown(this.#newer, slots);
    this.#older = grown(this.#older, slots);
  }

  value(slot: number): Buffer | null {
    return this.#values[slot] ?? null;
  }

  /** Puts a slot that is not in the list at its front. Null: known, but not in memory; only before anything is held. */
  add(slot: number, value: Buffer | null): void {
    this.#values[slot] = null;
    this.#linkFirst(slot);
    if (value !== null) this.#hold(slot, value);
  }

  /** Moves a slot to the front. `value`: what it holds, read anew if it was not in memory. */
  touch(slot: number, value: Buffer): void {
    if (slot !== this.#newest) {
      if (slot === this.#lastHeld) this.#lastHeld = this.#newer[slot] ?? none;
      this.#unlink(slot);
      this.#linkFirst(slot);
    }
    if (this.#values[slot] === null) this.#hold(slot, value);
  }

  remove(slot: number): void {
    if (slot === this.#lastHeld) this.#lastHeld = this.#newer[slot] ?? none;
    const value = this.#values[slot];
    if (value) {
      this.heldBytes -= value.length;
      this.heldCount -= 1;
    }
    this.#values[slot] = null;
    this.#unlink(slot);
  }

  /** The slot is at the front. */
  #hold(slot: number, value: Buffer): void {
    this.#values[slot] = value;
    this.heldBytes += value.length;
    this.heldCount += 1;
    if (this.#lastHeld === none) this.#lastHeld = slot;
    while (this.heldBytes > this.#maxBytes && this.#lastHeld !== none) this.#letGo(this.#lastHeld);
  }

  #letGo(slot: number): void {
    this.heldBytes -= this.#values[slot]?.length ?? 0;
    this.heldCount -= 1;
    this.#values[slot] = null;
    this.#lastHeld = this.#newer[slot] ?? none;
  }

  #linkFirst(slot: number): void {
    this.#newer[slot] = none;
    this.#older[slot] = this.#newest;
    if (this.#newest === none) this.oldest = slot;
    else this.#newer[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const newer = this.#newer[slot] ?? none;
    const older = this.#older[slot] ?? none;
    if (newer === none) this.#newest = older;
    else this.#older[newer] = older;
    if (older === none) this.oldest = newer;
    else this.#newer[older] = newer;
  }
}
