export interface Holder {
  /** Half a request and replies that were not taken, as of now. */
  memoryBytes(): number;
  /** Ends it, and gives its memory back. */
  giveUp(reason: string): void;
}

/**
 * One bound for the memory of all connections together. Whoever holds most is ended when it is reached, so that those
 * who send whole requests and read their replies are served on.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #noted = new Map<Holder, number>();
  /** What was noted; never less than what is held, since replies are also taken without a note. */
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Called when a holder may have grown. */
  note(holder: Holder): void {
    this.#set(holder, holder.memoryBytes());
    if (this.#bytes <= this.#maxBytes) return;
    for (const each of this.#noted.keys()) this.#set(each, each.memoryBytes());
    while (this.#bytes > this.#maxBytes) {
      const largest = this.#largest();
      if (largest === null) return;
      this.forget(largest);
      largest.giveUp('it held the most memory when the shared limit was exceeded');
    }
  }

  forget(holder: Holder): void {
    this.#bytes -= this.#noted.get(holder) ?? 0;
    this.#noted.delete(holder);
  }

  #set(holder: Holder, bytes: number): void {
    this.#bytes += bytes - (this.#noted.get(holder) ?? 0);
    this.#noted.set(holder, bytes);
  }

  #largest(): Holder | null {
    let found: [Holder | null, number] = [null, -1];
    for (const [holder, bytes] of this.#noted) if (bytes > found[1]) found = [holder, bytes];
    return found[0];
  }
}
