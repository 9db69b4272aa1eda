import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client';
import {LookupFigures} from './cache/lookup-counts.js';
import type {L2Figures} from './l2/l2-cache.js';

export interface Gauges {
  queueTokens(): number;
  cacheEntries(): number;
  cacheBytes(): number;
  /** Null where there is no second tier. */
  l2(): L2Figures | null;
}

/** The figures of one service, in Prometheus' conventional units: seconds, bytes, counts. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('requests_total', 'HTTP requests', ['route', 'status']);
  readonly #requestSeconds = new Histogram({
    name: 'sutra_embedding_request_duration_seconds',
    help: 'Time from the request line to the last byte of the answer',
    labelNames: ['route'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
    registers: [this.#registry],
  });
  /** Looking labels up is most of the price of a count, so it is done once for each. */
  readonly #bound = new Map<string, {count: Counter.Internal; seconds: Histogram.Internal<'route'>}>();
  readonly #texts = this.#counter('texts_total', 'Texts requested');
  readonly #tokens = this.#counter('tokens_total', 'Tokens run through the model');
  readonly #modelRuns = this.#counter('model_runs_total', 'Runs of the model');
  readonly #runSeconds = new Histogram({
    name: 'sutra_embedding_run_duration_seconds',
    help: 'One run of the model with its pooling',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1, 2, 5, 10, 60],
    registers: [this.#registry],
  });
  readonly #batchSize = new Histogram({
    name: 'sutra_embedding_batch_size',
    help: 'Texts of one run',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers: [this.#registry],
  });
  readonly #l2Seconds = new Histogram({
    name: 'sutra_embedding_l2_lookup_duration_seconds',
    help: 'L2 lookups as seen by the request, including those that made no call',
    buckets: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
    registers: [this.#registry],
  });
  readonly #workersLost = this.#counter('worker_restarts_total', 'Inference workers that died');
  readonly #upstreamCalls = this.#counter('upstream_calls_total', 'Calls to the models', ['status']);
  /** Kept as bare numbers: a cached answer has no time for more. */
  readonly lookups = new LookupFigures();
  /** Requests for vectors, for /health. */
  embedRequests = 0;

  constructor() {
    collectDefaultMetrics({register: this.#registry});
    const {client, test} = this.lookups;
    this.#read('cache_hits_total', 'Vectors found in the cache', () => {
      return {l1: client.l1Hits + test.l1Hits, l2: client.l2Hits + test.l2Hits};
    });
    this.#read('cache_misses_total', 'Vectors not found in the cache', () => {
      return {l1: client.l1Misses + test.l1Misses, l2: client.l2Misses + test.l2Misses};
    });
  }

  request(route: string, status: number, seconds: number): void {
    const name = `${status} ${route}`;
    let bound = this.#bound.get(name);
    if (bound === undefined) {
      bound = {
        count: this.#requests.labels({route, status: String(status)}),
        seconds: this.#requestSeconds.labels({route}),
      };
      this.#bound.set(name, bound);
    }
    bound.count.inc();
    bound.seconds.observe(seconds);
  }

  texts(count: number): void {
    this.embedRequests += 1;
    this.#texts.inc(count);
  }

  modelRun(texts: number, tokens: readonly number[], runMs: number): void {
    this.#modelRuns.inc();
    this.#batchSize.observe(texts);
    this.#runSeconds.observe(runMs / 1000);
    this.#tokens.inc(tokens.reduce((sum, count) => sum + count, 0));
  }

  workerLost(): void {
    this.#workersLost.inc();
  }

  /** `status`: the answer's, or `none`. */
  upstreamCall(status: string): void {
    this.#upstreamCalls.inc({status});
  }

  /** What is read at the moment of the scrape. */
  watch(gauges: Gauges): void {
    this.#gauge('queue_tokens', 'Estimated tokens queued for inference', gauges.queueTokens);
    this.#gauge('cache_entries', 'Vectors in the L1 cache', gauges.cacheEntries);
    this.#gauge('cache_bytes', 'Bytes of the L1 cache', gauges.cacheBytes);
    this.#gauge('l2_queue', 'Vectors queued to be stored in L2', () => gauges.l2()?.l2_queued ?? 0);
    this.#read('l2_calls_total', 'Gets sent to L2', () => gauges.l2()?.l2_calls ?? 0);
    this.#read('l2_errors_total', 'Gets sent to L2 that failed', () => gauges.l2()?.l2_errors ?? 0);
    this.#read('l2_dropped_total', 'Vectors that were not stored in L2', () => gauges.l2()?.l2_dropped ?? 0);
  }

  /** Of a look-up in L2 as its request feels it: its calls, and what was not called at all. */
  l2Lookup(seconds: number): void {
    this.#l2Seconds.observe(seconds);
  }

  async text(): Promise<{contentType: string; text: string}> {
    return {contentType: this.#registry.contentType, text: await this.#registry.metrics()};
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({name: `sutra_embedding_${name}`, help, labelNames, registers: [this.#registry]});
  }

  /** A counter, by tier or as a whole, that is read at the moment of the scrape. */
  #read(name: string, help: string, read: () => number | Record<string, number>): Counter<string> {
    return new Counter({
      name: `sutra_embedding_${name}`,
      help,
      labelNames: ['tier'],
      registers: [this.#registry],
      collect() {
        this.reset();
        const values = read();
        if (typeof values === 'number') this.inc(values);
        else for (const [tier, value] of Object.entries(values)) this.inc({tier}, value);
      },
    });
  }

  #gauge(name: string, help: string, read: () => number): Gauge {
    return new Gauge({
      name: `sutra_embedding_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
