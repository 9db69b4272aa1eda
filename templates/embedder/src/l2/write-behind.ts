export interface WaitingVector {
  key: Buffer;
  ttlSeconds: number;
  tokens: number;
  values: Float32Array;
}

export interface WriteBehindOptions {
  maxEntries: number;
  maxBytes: number;
}

/** Vectors that wait to be stored, all of one generation. Bounded: what does not fit is not stored, and counted. */
export class WriteBehind {
  readonly #options: WriteBehindOptions;
  #waiting: WaitingVector[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(options: WriteBehindOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  offer(vector: WaitingVector): void {
    const {byteLength} = vector.values;
    const fits = this.#waiting.length < this.#options.maxEntries && this.#bytes + byteLength <= this.#options.maxBytes;
    if (!fits) {
      this.drop(1);
      return;
    }
    this.#waiting.push(vector);
    this.#bytes += byteLength;
  }

  /** The oldest ones, which stay here until `landed` is told of them. */
  oldest(most: number): readonly WaitingVector[] {
    return this.#waiting.slice(0, most);
  }

  /** The `count` oldest need not wait any more. */
  landed(count: number): void {
    for (const {values} of this.#waiting.splice(0, count)) this.#bytes -= values.byteLength;
  }

  drop(count: number): void {
    this.#dropped += count;
  }

  /** They belong to what was cleared. */
  forget(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}
