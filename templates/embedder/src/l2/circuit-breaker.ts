export interface BreakerOptions {
  /** Failures in a row that open it. */
  failures: number;
  /** How long it stays open before a probe may be made. */
  openMs: number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Stops calls to what does not answer. Open, nothing is called; then one probe decides. The clock is the caller's. */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  #failures = 0;
  #openedMs = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  succeeded(): void {
    this.#state = 'closed';
    this.#failures = 0;
  }

  /** True when this failure opened it. */
  failed(nowMs: number): boolean {
    this.#failures += 1;
    if (this.#state === 'open') return false;
    if (this.#state === 'closed' && this.#failures < this.#options.failures) return false;
    this.#state = 'open';
    this.#openedMs = nowMs;
    return true;
  }

  /** True once, when it was open for long enough: the caller makes one call and says how it went. */
  mayProbe(nowMs: number): boolean {
    if (this.#state !== 'open' || nowMs - this.#openedMs < this.#options.openMs) return false;
    this.#state = 'half-open';
    return true;
  }
}
