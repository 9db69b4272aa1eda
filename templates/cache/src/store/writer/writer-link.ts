import {Worker} from 'node:worker_threads';
import type {WriterAnswer, WriterFailure, WriterOptions, WriterRequest} from './writer-messages.js';

/** The writing thread did not do it. The code says whose fault. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  readonly code: WriterFailure['code'];

  constructor({code, message}: WriterFailure) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  resolve(answer: WriterAnswer): void;
  reject(error: Error): void;
}

/** The main thread's end of the writing thread. Answers come in the order of the requests. */
export class WriterLink {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #started = false;
  #ended: Error | null = null;

  /** `onLost`: the thread is gone, and with it the ability to store anything. */
  constructor(options: WriterOptions, onLost: (error: Error) => void) {
    this.#worker = new Worker(new URL('./writer-worker.js', import.meta.url), {workerData: options});
    this.#worker.on('message', (answer: WriterAnswer) => this.#settle(answer));
    this.#worker.once('error', (error: unknown) => {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.#end(reason);
      if (this.#started) onLost(reason);
    });
    this.#worker.once('exit', () => this.#end(new Error('the writing thread has ended')));
  }

  /** What the thread says by itself once the file is open. Rejects when it cannot be opened. */
  ready(): Promise<WriterAnswer> {
    return this.#next();
  }

  /** Throws WriteError. */
  ask(request: WriterRequest, transfer: ArrayBuffer[] = []): Promise<WriterAnswer> {
    if (this.#ended === null) this.#worker.postMessage(request, transfer);
    return this.#next();
  }

  #next(): Promise<WriterAnswer> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({resolve, reject}));
  }

  #settle(answer: WriterAnswer): void {
    const first = this.#waiting.shift();
    this.#started = true;
    if (answer.kind === 'failed') first?.reject(new WriteError(answer.failure));
    else first?.resolve(answer);
  }

  #end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const {reject} of this.#waiting.splice(0)) reject(reason);
  }
}
