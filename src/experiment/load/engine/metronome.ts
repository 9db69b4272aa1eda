import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';

const program = fileURLToPath(new URL('../../../../dist/experiment/load/engine/metronome-thread.js', import.meta.url));

/** Slots of the memory that the two threads share. */
export const slots = {asked: 0, waitUs: 1, never: 2, closed: 3, count: 4} as const;

/**
 * Calls back after fractions of a millisecond, which Node's timers cannot: a thread of its own sleeps and then sends a
 * message. A busy loop would be as precise and take a whole core from what is measured.
 */
export class Metronome {
  readonly #shared = new Int32Array(new SharedArrayBuffer(4 * slots.count));
  readonly #thread: Worker;

  constructor(onTick: () => void) {
    this.#thread = new Worker(program, {workerData: this.#shared});
    this.#thread.on('message', onTick);
  }

  /** Once, after this long. One at a time. */
  tickIn(milliseconds: number): void {
    Atomics.store(this.#shared, slots.waitUs, Math.max(1, Math.round(milliseconds * 1_000)));
    Atomics.add(this.#shared, slots.asked, 1);
    Atomics.notify(this.#shared, slots.asked);
  }

  async close(): Promise<void> {
    Atomics.store(this.#shared, slots.closed, 1);
    Atomics.notify(this.#shared, slots.never);
    this.tickIn(0);
    await this.#thread.terminate();
  }
}
