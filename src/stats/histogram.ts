/**
 * Counts of non-negative integers in log-linear buckets, as HdrHistogram has them: exact up to 2^bits, above with a
 * relative width of 2^(1 - bits). Buckets lie the same in every histogram of the same bits, so merging loses nothing.
 */
export class Histogram {
  readonly bits: number;
  readonly #half: number;
  #counts: Float64Array<ArrayBuffer>;
  #count = 0;
  #sum = 0;
  #max = 0;
  #min = Number.POSITIVE_INFINITY;

  /** 11 bits: 0.1 %, the three digits usual for latencies. 8 bits: 0.8 %, for one of many. */
  constructor(bits = 11) {
    this.bits = bits;
    this.#half = 2 ** (bits - 1);
    this.#counts = new Float64Array(4 * this.#half);
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  /** Exact, not its bucket. */
  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  record(value: number): void {
    const whole = Math.max(0, Math.round(value));
    const index = this.#indexOf(whole);
    if (index >= this.#counts.length) this.#grow(index);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += whole;
    if (whole > this.#max) this.#max = whole;
    if (whole < this.#min) this.#min = whole;
  }

  merge(other: HistogramData): void {
    if (other.bits !== this.bits) throw new RangeError(`a histogram of ${other.bits} bits into one of ${this.bits}`);
    for (let at = 0; at + 1 < other.buckets.length; at += 2) {
      const index = other.buckets[at] ?? 0;
      if (index >= this.#counts.length) this.#grow(index);
      this.#counts[index] = (this.#counts[index] ?? 0) + (other.buckets[at + 1] ?? 0);
    }
    this.#count += other.count;
    this.#sum += other.sum;
    if (other.max > this.#max) this.#max = other.max;
    if (other.min < this.#min) this.#min = other.min;
  }

  /** The least value that at least a share q (0 to 1) of all are not above, as its bucket has it; null of nothing. */
  quantile(q: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.#count - 1e-9));
    if (rank >= this.#count) return this.#max;
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, this.#middleOf(index)));
    }
    return this.#max;
  }

  /** Share of the values above `limit`, by buckets; null of nothing. */
  shareAbove(limit: number): number | null {
    if (this.#count === 0) return null;
    let above = 0;
    for (let index = this.#indexOf(limit) + 1; index < this.#counts.length; index += 1) {
      above += this.#counts[index] ?? 0;
    }
    return above / this.#count;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#max = 0;
    this.#min = Number.POSITIVE_INFINITY;
  }

  /** Plain data, to cross a thread; only the buckets that hold something. */
  data(): HistogramData {
    const buckets: number[] = [];
    this.#counts.forEach((count, index) => {
      if (count > 0) buckets.push(index, count);
    });
    return {bits: this.bits, buckets, count: this.#count, sum: this.#sum, min: this.#min, max: this.#max};
  }

  #indexOf(value: number): number {
    if (value < 2 * this.#half) return value;
    const octave = (value < 2 ** 31 ? 31 - Math.clz32(value) : Math.floor(Math.log2(value))) - this.bits + 1;
    return octave * this.#half + Math.floor(value / 2 ** octave);
  }

  #middleOf(index: number): number {
    if (index < 2 * this.#half) return index;
    const octave = Math.floor(index / this.#half) - 1;
    const width = 2 ** octave;
    return (index - octave * this.#half) * width + (width - 1) / 2;
  }

  #grow(index: number): void {
    const grown = new Float64Array(Math.max(index + 1, 2 * this.#counts.length));
    grown.set(this.#counts);
    this.#counts = grown;
  }
}

export interface HistogramData {
  bits: number;
  /** Index, count, index, count ... */
  buckets: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
}
