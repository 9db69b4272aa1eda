/** Times at which waiting requests were due, first in, first out; a ring, so that nothing is left behind. */
export class DueQueue {
  #ring = new Float64Array(1_024);
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Infinite when nothing waits. */
  first(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#ring[this.#head] ?? Number.POSITIVE_INFINITY);
  }

  push(dueMs: number): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) % this.#ring.length] = dueMs;
    this.#size += 1;
  }

  shift(): number {
    const due = this.first();
    this.#head = (this.#head + 1) % this.#ring.length;
    this.#size -= 1;
    return due;
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#ring.length);
    grown.set(this.#ring.subarray(this.#head));
    grown.set(this.#ring.subarray(0, this.#head), this.#ring.length - this.#head);
    this.#ring = grown;
    this.#head = 0;
  }
}
