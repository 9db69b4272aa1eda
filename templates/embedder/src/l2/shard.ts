import {type L2Reports, l2Limits, l2Ops} from '@sutra/contract/l2-protocol';
import {CircuitBreaker} from './circuit-breaker.js';
import {cold, entryOf} from './cold-request.js';
import {getCall, type L2Hit} from './get-call.js';
import {type LinkCall, LinkRefusal, type LinkRequest, reasonOf} from './link-call.js';
import {ShardLink} from './shard-link.js';
import {type WaitingVector, WriteBehind, type WriteBehindOptions} from './write-behind.js';

export interface ShardOptions {
  host: string;
  port: number;
  /** Of this replica. */
  name: string;
  deadlineMs: number;
  /** What both ends must know; null: nothing. Throws where it cannot be read. */
  secret(): string | null;
  queue: WriteBehindOptions;
  /** Everything that was held of it is gone. */
  onNewGeneration(): void;
  onEvent(event: string, fields: object): void;
}

const breaker = {failures: 5, openMs: 500};
/** Writes wait for a disk, and nobody waits for them. */
const writeDeadlineMs = 2_000;
/** A shard that refused for its own reasons is left alone for so long. */
const refusedPauseMs = 1_000;

/**
 * One cache shard as its client sees it. Nothing here rejects and nothing takes longer than the deadline: what goes
 * wrong is a miss and is counted, and while the shard is away it is not called at all.
 */
export class Shard {
  readonly endpoint: string;
  /** Gets, the time they took and how many of them failed; vectors that were acknowledged. */
  readonly counters = {calls: 0, callMs: 0, errors: 0, stored: 0};
  readonly #options: ShardOptions;
  readonly #breaker = new CircuitBreaker(breaker);
  readonly #queue: WriteBehind;
  readonly #link: ShardLink;
  #generation: number | null = null;
  /** A clear that the shard has not acknowledged: until it has, nothing of it is served. */
  #owesClear = false;
  #flushing: Promise<void> | null = null;
  #pausedUntilMs = 0;
  #said = '';

  constructor(options: ShardOptions) {
    const {host, port, name, secret} = options;
    this.#options = options;
    this.endpoint = `${host}:${port}`;
    this.#queue = new WriteBehind(options.queue);
    this.#link = new ShardLink({
      ...{host, port, name, secret},
      onGeneration: (generation) => this.#learn(generation),
      onGreeted: (ask) => this.#payClear(ask),
      onReady: () => {
        this.#say('cache shard connected');
        this.#flush();
      },
      onLost: (reason) => this.#say('cache shard lost', reason),
    });
  }

  get state(): 'ready' | 'away' {
    return this.#link.ready && this.#breaker.state === 'closed' ? 'ready' : 'away';
  }

  /** Null before the first reply. */
  get generation(): number | null {
    return this.#generation;
  }

  get clearPending(): boolean {
    return this.#owesClear;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  /** `keys`: 32 bytes each. What is not among the hits is a miss. */
  async get(keys: Buffer, dimension: number): Promise<L2Hit[]> {
    if (this.#breaker.state !== 'closed' || this.#owesClear) return [];
    const startedMs = performance.now();
    this.counters.calls += 1;
    try {
      const hits = await this.#call(getCall(keys, dimension, this.#options.deadlineMs));
      // A clear that came meanwhile is about these, too.
      return this.#owesClear ? [] : hits;
    } catch {
      this.counters.errors += 1;
      return [];
    } finally {
      this.counters.callMs += performance.now() - startedMs;
    }
  }

  /** Stores it later. `generation`: the one it was computed under; it is forgotten when that is over. */
  put(vector: WaitingVector, generation: number | null): void {
    const stale = generation === null || generation !== this.#generation || this.#owesClear;
    if (stale) this.#queue.drop(1);
    else this.#queue.offer(vector);
    this.#flush();
  }

  /** Everything the shard has. `pending`: it is away, and hears of it before anything else when it is back. */
  async clear(): Promise<'cleared' | 'pending'> {
    this.#queue.forget();
    this.#owesClear = true;
    if (!this.#link.ready) return 'pending';
    try {
      await this.#payClear(this.#link.call);
      return 'cleared';
    } catch (error) {
      // Whether it was done is not known: a new connection begins with asking for it again.
      this.#link.reset(`the clear was not acknowledged: ${reasonOf(error)}`);
      return 'pending';
    }
  }

  /** Tells this replica's counters and hears everyone's; learns the generation; probes a breaker that is open. */
  async report(replica: string, counters: Record<string, number>): Promise<L2Reports | null> {
    if (!this.#link.ready) return null;
    if (this.#breaker.state !== 'closed' && !this.#breaker.mayProbe(performance.now())) return null;
    const request = cold(l2Ops.report, {replica, counters}, this.#options.deadlineMs);
    const reports = await this.#call(request).catch(() => null);
    this.#flush();
    return reports;
  }

  /** What waits is still sent, within `withinMs`. */
  async close(withinMs: number): Promise<void> {
    this.#flush();
    const {promise, resolve} = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([this.#flushing, promise]);
    clearTimeout(timer);
    this.#link.close();
  }

  async #call<T>(request: LinkRequest<T>): Promise<T> {
    try {
      const answer = await this.#link.call(request);
      if (this.#breaker.state !== 'closed') this.#say('cache shard is called again');
      this.#breaker.succeeded();
      return answer;
    } catch (error) {
      // Who refuses is there: only a probe that is refused leaves the breaker open.
      const counts = !(error instanceof LinkRefusal) || this.#breaker.state === 'half-open';
      if (counts && this.#breaker.failed(performance.now())) {
        this.#say('cache shard is not called', reasonOf(error));
        // A shard that hangs must answer a hello before it is believed again.
        this.#link.reset(reasonOf(error));
      }
      throw error;
    }
  }

  /** Each event once, until another one comes. */
  #say(event: string, reason?: string): void {
    if (event === this.#said) return;
    this.#said = event;
    this.#options.onEvent(event, {shard: this.endpoint, ...(reason === undefined ? {} : {reason})});
  }

  #learn(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#queue.forget();
    this.#options.onNewGeneration();
  }

  async #payClear(ask: LinkCall): Promise<void> {
    if (!this.#owesClear) return;
    await ask(cold(l2Ops.clear, {}, writeDeadlineMs));
    this.#owesClear = false;
  }

  #flush(): void {
    if (this.#flushing !== null || this.#queue.size === 0) return;
    this.#flushing = this.#sendWaiting().finally(() => {
      this.#flushing = null;
    });
  }

  /** One put at a time; what comes meanwhile goes with the next. */
  async #sendWaiting(): Promise<void> {
    // Requests of the same moment share a put.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#mayWrite()) {
      const generation = this.#generation ?? 0;
      const batch = this.#queue.oldest(l2Limits.keys);
      const request = cold(l2Ops.putMany, [generation, batch.map(entryOf)], writeDeadlineMs);
      const stored = await this.#call(request).then(
        () => batch.length,
        (error: unknown) => (error instanceof LinkRefusal ? 0 : null),
      );
      // The connection failed: they wait for the next one.
      if (stored === null) return;
      if (this.#generation !== generation) continue;
      this.#queue.landed(batch.length);
      this.counters.stored += stored;
      if (stored > 0) continue;
      this.#queue.drop(batch.length);
      this.#pausedUntilMs = performance.now() + refusedPauseMs;
    }
  }

  #mayWrite(): boolean {
    const free = this.#breaker.state === 'closed' && !this.#owesClear && performance.now() >= this.#pausedUntilMs;
    return free && this.#link.ready && this.#queue.size > 0;
  }
}
