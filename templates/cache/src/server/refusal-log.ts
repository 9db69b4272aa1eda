import {performance} from 'node:perf_hooks';

/** Strangers must not be able to fill a disk with log lines. */
const quietMs = 10_000;

/** Refused connections in the log: the first at once, those that follow as a number. */
export class RefusalLog {
  readonly #onEvent: (event: string, fields: object) => void;
  #quietUntilMs = 0;
  #untold = 0;
  count = 0;

  constructor(onEvent: (event: string, fields: object) => void) {
    this.#onEvent = onEvent;
  }

  refused(peer: string, reason: string): void {
    this.count += 1;
    this.#untold += 1;
    const nowMs = performance.now();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + quietMs;
    this.#onEvent('connection refused', {peer, reason, connections: this.#untold});
    this.#untold = 0;
  }
}
