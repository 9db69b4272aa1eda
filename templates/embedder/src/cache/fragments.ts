import {LRUCache} from 'lru-cache';
import type {FullVector} from '../vector-source.js';

interface Serialised {
  dimension: number;
  json: string;
}

/** Object, array and map nodes of one fragment, about. Its JSON is ASCII: a byte a character. */
const overheadBytes = 256;

/** Serialised vectors, in every dimension that was asked for: numbers cost far more to print than to send. */
export class Fragments {
  readonly #of = new LRUCache<FullVector, Serialised[]>({
    maxSize: Number.MAX_SAFE_INTEGER,
    sizeCalculation: sizeOf,
  });

  get bytes(): number {
    return this.#of.calculatedSize;
  }

  get(vector: FullVector, dimension: number): string | undefined {
    const fragments = this.#of.get(vector);
    if (fragments === undefined) return undefined;
    for (const fragment of fragments) if (fragment.dimension === dimension) return fragment.json;
    return undefined;
  }

  set(vector: FullVector, dimension: number, json: string): void {
    this.#of.set(vector, [...(this.#of.peek(vector) ?? []), {dimension, json}]);
  }

  forget(vector: FullVector): void {
    this.#of.delete(vector);
  }

  /** The least recently used go until the rest takes no more than this. */
  fitInto(sizeBytes: number): void {
    while (this.#of.calculatedSize > sizeBytes && this.#of.size > 0) this.#of.pop();
  }

  clear(): void {
    this.#of.clear();
  }
}

function sizeOf(fragments: Serialised[]): number {
  return fragments.reduce((sum, {json}) => sum + json.length + overheadBytes, 0);
}
