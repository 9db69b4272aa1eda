import {performance} from 'node:perf_hooks';
import {refusalOf, type StoreRefusal} from './store-refusal.js';

/** How long a full disk is left alone before the next try. */
const retryAfterMs = 1000;

/** Whether the disk takes writes, as the last of them showed. */
export class WriteGate {
  readonly #onChange: (writable: boolean, reason: string) => void;
  #refused: {refusal: StoreRefusal; untilMs: number} | null = null;
  writable = true;

  constructor(onChange: (writable: boolean, reason: string) => void) {
    this.#onChange = onChange;
  }

  /** Why nothing is to be tried at the moment, or null. */
  get refusal(): StoreRefusal | null {
    return this.#refused !== null && performance.now() < this.#refused.untilMs ? this.#refused.refusal : null;
  }

  /** `pause`: the next writes are refused unseen for a while. */
  failed(error: unknown, pause: boolean): void {
    if (pause) this.#refused = {refusal: refusalOf(error), untilMs: performance.now() + retryAfterMs};
    this.#set(false, error instanceof Error ? error.message : String(error));
  }

  succeeded(reason: string): void {
    this.#refused = null;
    this.#set(true, reason);
  }

  #set(writable: boolean, reason: string): void {
    if (writable === this.writable) return;
    this.writable = writable;
    this.#onChange(writable, reason);
  }
}
