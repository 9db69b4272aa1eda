import type {ModelEntry} from '@sutra/contract/model-entry';
import {EmbedFailure} from '../failure.js';
import type {Metrics} from '../metrics.js';
import type {ModelFacts} from '../model-facts.js';
import {textTooLong} from '../text-too-long.js';
import type {FullVector, SourceState, VectorSource, Wanted} from '../vector-source.js';
import {estimatedTokens} from './estimated-tokens.js';
import {ModelWorker, type WorkerEvents} from './model-worker.js';
import {WaitingLine} from './waiting-line.js';
import type {VectorsMessage} from './worker-messages.js';

/** An idle worker is not given less than this to leave something for another: small runs are slow runs. */
const leastWorthSharing = 128;

export interface LocalModelOptions {
  modelDir: string;
  entry: ModelEntry;
  facts: ModelFacts;
  workers: number;
  threads: number;
  queueTokens: number;
  metrics: Metrics;
  onEvent(event: 'model ready' | 'worker ready' | 'worker lost' | 'run failed', fields: Record<string, unknown>): void;
  /** A worker that never got ready: the weights cannot be loaded. */
  onUnusable(reason: string): void;
}

interface Call {
  items: WaitingText[];
  vectors: FullVector[];
  left: number;
  settle(error: unknown): void;
}

interface WaitingText {
  id: number;
  text: string;
  tokens: number;
  position: number;
  wanted: Wanted;
  call: Call;
}

/** The model in this process: one line of texts, and workers that take batches from it. */
export class LocalModel implements VectorSource {
  readonly #options: LocalModelOptions;
  readonly #workers: ModelWorker[];
  readonly #line = new WaitingLine<WaitingText>();
  readonly #inFlight = new Map<number, WaitingText>();
  readonly #batches = new Map<ModelWorker, WaitingText[]>();
  #lastId = 0;
  #wasReady = false;
  #handingOut = false;

  constructor(options: LocalModelOptions) {
    this.#options = options;
    const setup = {modelDir: options.modelDir, entry: options.entry, threads: options.threads};
    this.#workers = Array.from({length: options.workers}, () => new ModelWorker(setup, this.#workerEvents()));
  }

  /** Null until a worker is ready: nothing can be asked of the model before. */
  facts(): ModelFacts | null {
    return this.#wasReady ? this.#options.facts : null;
  }

  state(): SourceState {
    const up = this.#workers.some((worker) => worker.state === 'idle' || worker.state === 'busy');
    const model = up ? 'ready' : this.#wasReady ? 'lost' : 'loading';
    return {model, queueTokens: this.#line.tokens};
  }

  async compute(
    texts: readonly string[],
    wanted: Wanted,
    _facts: ModelFacts,
    signal: AbortSignal,
  ): Promise<FullVector[]> {
    signal.throwIfAborted();
    if (this.state().model !== 'ready') throw notReady();
    const {promise, resolve, reject} = Promise.withResolvers<FullVector[]>();
    const call: Call = {
      items: [],
      vectors: new Array(texts.length),
      left: texts.length,
      settle: (error) => {
        this.#line.remove(call.items);
        if (error === null) resolve(call.vectors);
        else reject(error);
      },
    };
    call.items = texts.map((text, position) => this.#waiting(text, position, wanted, call));
    this.#admit(call.items);
    const drop = () => call.settle(signal.reason);
    signal.addEventListener('abort', drop);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  /** Returns when the batches in work are over. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  #waiting(text: string, position: number, wanted: Wanted, call: Call): WaitingText {
    const prefix = wanted.inputType === undefined ? '' : (this.#options.entry.prefixes[wanted.inputType] ?? '');
    const whole = prefix + text;
    const tokens = Math.min(estimatedTokens(whole), this.#options.entry.windowTokens);
    this.#lastId += 1;
    return {id: this.#lastId, text: whole, tokens, position, wanted, call};
  }

  /** A legal request on an empty line is always taken. */
  #admit(items: WaitingText[]): void {
    const tokens = items.reduce((sum, item) => sum + item.tokens, 0);
    if (this.#line.size > 0 && this.#line.tokens + tokens > this.#options.queueTokens) {
      throw new EmbedFailure('overloaded', `${this.#line.tokens} tokens are already queued; try again later`, {
        details: {queue_tokens: this.#line.tokens, queue_limit: this.#options.queueTokens},
        retryAfterSeconds: this.#secondsToClear(),
      });
    }
    this.#line.add(items);
    this.#handOutSoon();
  }

  #secondsToClear(): number {
    const tokensPerMs = this.#workers.reduce((sum, worker) => sum + worker.tokensPerMs, 0);
    return Math.min(30, Math.max(1, Math.ceil(this.#line.tokens / Math.max(tokensPerMs, 0.01) / 1000)));
  }

  /** After the requests that arrived together were read, so that they share batches. */
  #handOutSoon(): void {
    if (this.#handingOut) return;
    this.#handingOut = true;
    setImmediate(() => {
      this.#handingOut = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    const idle = this.#workers.filter((worker) => worker.state === 'idle');
    for (const [served, worker] of idle.entries()) {
      const share = Math.max(leastWorthSharing, Math.ceil(this.#line.tokens / (idle.length - served)));
      const batch = this.#line.take(Math.min(worker.tokenBudget, share));
      if (batch.length === 0) return;
      for (const item of batch) this.#inFlight.set(item.id, item);
      this.#batches.set(worker, batch);
      worker.run(batch.map(({id, text, wanted: {normalise, truncate}}) => ({id, text, normalise, truncate})));
    }
  }

  #workerEvents(): WorkerEvents {
    return {
      ready: ({tokenBudget, tokensPerMs}) => {
        const fields = {token_budget: tokenBudget, tokens_per_second: Math.round(tokensPerMs * 1000)};
        this.#options.onEvent(this.#wasReady ? 'worker ready' : 'model ready', fields);
        this.#wasReady = true;
      },
      idle: (worker) => {
        this.#batches.delete(worker);
        this.#handOut();
      },
      vectors: (message) => this.#land(message),
      refused: (id, tokens) => {
        const item = this.#take(id);
        item?.call.settle(textTooLong(item.position, tokens, this.#options.entry.windowTokens));
      },
      failed: (ids, reason) => {
        this.#options.onEvent('run failed', {reason, texts: ids.length});
        for (const id of ids)
          this.#take(id)?.call.settle(new EmbedFailure('internal', 'the model failed on this input'));
      },
      lost: (worker, reason, restartMs) => this.#lost(worker, reason, restartMs),
    };
  }

  #land({ids, values, tokens, runMs}: VectorsMessage): void {
    const {metrics, entry} = this.#options;
    metrics.modelRun(ids.length, tokens, runMs);
    const width = entry.nativeDimension;
    for (const [row, id] of ids.entries()) {
      const item = this.#take(id);
      if (item === undefined) continue;
      const {call, position} = item;
      call.vectors[position] = {values: values.slice(row * width, (row + 1) * width), tokens: tokens[row] ?? 0};
      call.left -= 1;
      if (call.left === 0) call.settle(null);
    }
  }

  #take(id: number): WaitingText | undefined {
    const item = this.#inFlight.get(id);
    this.#inFlight.delete(id);
    return item;
  }

  #lost(worker: ModelWorker, reason: string, restartMs: number | null): void {
    for (const {id} of this.#batches.get(worker) ?? []) this.#take(id)?.call.settle(notReady());
    this.#batches.delete(worker);
    if (restartMs === null) {
      this.close().then(() => this.#options.onUnusable(reason));
      return;
    }
    this.#options.metrics.workerLost();
    this.#options.onEvent('worker lost', {reason, restart_ms: restartMs});
    // Nobody is left to work on the line: another replica can have these now.
    if (this.state().model === 'ready') return;
    for (const {call} of this.#line.items()) call.settle(notReady());
  }
}

function notReady(): EmbedFailure {
  return new EmbedFailure('model_not_ready', 'the model is not loaded yet, or its worker is being restarted', {
    retryAfterSeconds: 1,
  });
}
