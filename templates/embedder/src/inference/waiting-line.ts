import {alike} from './similar-lengths.js';

/** Something that waits for inference. */
export interface Waiting {
  /** Estimated. */
  tokens: number;
}

/** How far down the line a batch looks for texts of similar length. */
const lookAhead = 1_024;

/** Texts in the order they came. Batches are of similar lengths, and the oldest text is always in the next one. */
export class WaitingLine<T extends Waiting> {
  readonly #items = new Set<T>();
  #tokens = 0;

  get tokens(): number {
    return this.#tokens;
  }

  get size(): number {
    return this.#items.size;
  }

  items(): T[] {
    return [...this.#items];
  }

  add(items: Iterable<T>): void {
    for (const item of items) {
      this.#items.add(item);
      this.#tokens += item.tokens;
    }
  }

  /** Items that are not in the line any more are left out. */
  remove(items: Iterable<T>): void {
    for (const item of items) {
      if (this.#items.delete(item)) this.#tokens -= item.tokens;
    }
  }

  /** Takes the next batch out of the line; empty if nobody waits. */
  take(tokenBudget: number): T[] {
    const candidates = this.#first(lookAhead);
    const oldest = candidates[0];
    if (oldest === undefined) return [];
    const batch = around(oldest, candidates, tokenBudget);
    this.remove(batch);
    return batch;
  }

  /** Without a copy of the whole line, which may be long. */
  #first(count: number): T[] {
    const first: T[] = [];
    for (const item of this.#items) {
      if (first.length === count) break;
      first.push(item);
    }
    return first;
  }
}

/** The oldest and its neighbours in length, the nearest first, as long as they may share a run. */
function around<T extends Waiting>(oldest: T, candidates: T[], tokenBudget: number): T[] {
  const sorted = candidates.sort((a, b) => a.tokens - b.tokens);
  let low = sorted.indexOf(oldest);
  let high = low;
  const fits = (shortest: T | undefined, longest: T | undefined) =>
    shortest !== undefined &&
    longest !== undefined &&
    alike(shortest.tokens, longest.tokens, high - low + 2, tokenBudget);
  for (;;) {
    const shorter = sorted[low - 1];
    const longer = sorted[high + 1];
    const takeShorter = fits(shorter, sorted[high]);
    const takeLonger = fits(sorted[low], longer);
    if (!takeShorter && !takeLonger) return sorted.slice(low, high + 1);
    const shorterIsNearer =
      oldest.tokens - (shorter?.tokens ?? -Infinity) <= (longer?.tokens ?? Infinity) - oldest.tokens;
    if (takeShorter && (shorterIsNearer || !takeLonger)) low -= 1;
    else high += 1;
  }
}
