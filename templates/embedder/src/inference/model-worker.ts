import {once} from 'node:events';
import {Worker} from 'node:worker_threads';
import type {VectorsMessage, WorkerMessage, WorkerOrder, WorkerSetup, WorkerText} from './worker-messages.js';

const firstRestartMs = 250;
const longestRestartMs = 10_000;
/** After so long without a crash the next restart is quick again. */
const steadyMs = 30_000;

export interface WorkerEvents {
  /** It has loaded, at first or after a crash. */
  ready(worker: ModelWorker): void;
  /** It can take a batch. */
  idle(worker: ModelWorker): void;
  vectors(message: VectorsMessage): void;
  refused(id: number, tokens: number): void;
  failed(ids: number[], reason: string): void;
  /** It died; what it was working on is lost. `restartMs` until it is started again, null if it never got ready. */
  lost(worker: ModelWorker, reason: string, restartMs: number | null): void;
}

/** One inference thread and its restarts. A worker that never once got ready is not started again. */
export class ModelWorker {
  state: 'starting' | 'idle' | 'busy' | 'lost' | 'closed' = 'starting';
  /** Padded tokens of one run; known once it was ready. */
  tokenBudget = 0;
  tokensPerMs = 0;

  readonly #setup: WorkerSetup;
  readonly #events: WorkerEvents;
  #thread: Worker;
  #restartMs = firstRestartMs;
  #readyAtMs: number | null = null;
  #restart: NodeJS.Timeout | undefined;

  constructor(setup: WorkerSetup, events: WorkerEvents) {
    this.#setup = setup;
    this.#events = events;
    this.#thread = this.#start();
  }

  run(texts: WorkerText[]): void {
    this.state = 'busy';
    this.#order({type: 'batch', texts});
  }

  /** Returns when the thread has ended, after the batch it is in. */
  async close(): Promise<void> {
    const gone = this.state === 'lost' || this.state === 'closed';
    this.state = 'closed';
    clearTimeout(this.#restart);
    if (gone) return;
    const ended = once(this.#thread, 'exit');
    this.#order({type: 'end'});
    await ended;
  }

  #order(order: WorkerOrder): void {
    this.#thread.postMessage(order);
  }

  #start(): Worker {
    this.state = 'starting';
    const thread = new Worker(new URL('./worker-thread.js', import.meta.url), {workerData: this.#setup});
    let reason = 'it ended';
    thread.on('message', (message: WorkerMessage) => this.#receive(message));
    thread.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    thread.on('exit', () => this.#ended(reason));
    return thread;
  }

  #receive(message: WorkerMessage): void {
    if (this.state === 'closed') return;
    if (message.type === 'vectors') this.#events.vectors(message);
    else if (message.type === 'refused') this.#events.refused(message.id, message.tokens);
    else if (message.type === 'failed') this.#events.failed(message.ids, message.reason);
    else {
      if (message.type === 'ready') {
        this.tokenBudget = message.tokenBudget;
        this.tokensPerMs = message.tokensPerMs;
        this.#readyAtMs = performance.now();
        this.#events.ready(this);
      }
      this.state = 'idle';
      this.#events.idle(this);
    }
  }

  #ended(reason: string): void {
    if (this.state === 'closed') return;
    this.state = 'lost';
    if (this.#readyAtMs === null) {
      this.#events.lost(this, reason, null);
      return;
    }
    if (performance.now() - this.#readyAtMs > steadyMs) this.#restartMs = firstRestartMs;
    const restartMs = this.#restartMs;
    this.#restartMs = Math.min(longestRestartMs, restartMs * 2);
    this.#restart = setTimeout(() => {
      this.#thread = this.#start();
    }, restartMs);
    this.#events.lost(this, reason, restartMs);
  }
}
