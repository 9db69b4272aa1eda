import type {ReplicaCounters} from '@sutra/contract/http-info';
import {type L2Reports, l2Limits} from '@sutra/contract/l2-protocol';
import type {FullVector} from '../vector-source.js';
import {HashRing} from './hash-ring.js';
import {Shard, type ShardOptions} from './shard.js';

export interface L2Options extends Omit<ShardOptions, 'host' | 'port'> {
  shards: readonly {host: string; port: number}[];
  /** Asked for at every report. */
  counters(): ReplicaCounters;
}

export interface L2Found {
  vector: FullVector;
  /** How long it still lives, in milliseconds. */
  livesMs: number;
}

export type L2Figures = Pick<
  ReplicaCounters,
  'l2_calls' | 'l2_call_ms' | 'l2_errors' | 'l2_stored' | 'l2_dropped' | 'l2_queued'
>;

/** Twice a second: a generation and the counters of others are known within one, even if a report is late. */
const reportEveryMs = 500;
const closeWithinMs = 1_000;

/** The second tier: every key has its shard. Nothing here rejects; what fails is a miss. */
export class L2Cache {
  readonly #options: L2Options;
  readonly #shards: Shard[];
  readonly #ring: HashRing<Shard>;
  readonly #beat: NodeJS.Timeout;

  constructor(options: L2Options) {
    this.#options = options;
    this.#shards = options.shards.map((address) => new Shard({...options, ...address}));
    this.#ring = new HashRing(new Map(this.#shards.map((shard) => [shard.endpoint, shard])));
    this.#beat = setInterval(() => void this.report(), reportEveryMs).unref();
  }

  /** One call a shard, whatever the number of keys (base64url). One answer a key, in order. */
  async get(keys: readonly string[], dimension: number): Promise<(L2Found | null)[]> {
    const found: (L2Found | null)[] = keys.map(() => null);
    const bytes = keys.map((key) => Buffer.from(key, 'base64url'));
    const places = Map.groupBy(bytes.keys(), (place) => this.#shardOf(bytes[place]));
    await Promise.all(
      [...places].map(async ([shard, mine]) => {
        const wanted = Buffer.concat(mine.map((place) => bytes[place] ?? Buffer.alloc(l2Limits.keyBytes)));
        for (const {index, vector, livesMs} of await shard.get(wanted, dimension)) {
          const place = mine[index];
          if (place !== undefined) found[place] = {vector, livesMs};
        }
      }),
    );
    return found;
  }

  /** What vectors computed from now on belong to: hand it to `put`. One number a shard. */
  generationOf(key: string): number | null {
    return this.#shardOf(Buffer.from(key, 'base64url')).generation;
  }

  put(key: string, {values, tokens}: FullVector, ttlSeconds: number, generation: number | null): void {
    const bytes = Buffer.from(key, 'base64url');
    this.#shardOf(bytes).put({key: bytes, ttlSeconds, tokens, values}, generation);
  }

  /** `pending` when one of the shards has not acknowledged it yet. */
  async clear(): Promise<'cleared' | 'pending'> {
    const answers = await Promise.all(this.#shards.map((shard) => shard.clear()));
    return answers.includes('pending') ? 'pending' : 'cleared';
  }

  /** Everyone's counters, or null when no shard answers. All shards hear it: each tells its generation with it. */
  async report(): Promise<L2Reports | null> {
    const counters = {...this.#options.counters()};
    const answers = await Promise.all(this.#shards.map((shard) => shard.report(this.#options.name, counters)));
    return answers.find((answer) => answer !== null) ?? null;
  }

  state() {
    const [first] = this.#shards;
    return {
      state: this.#shards.every(({state}) => state === 'ready') ? ('ready' as const) : ('away' as const),
      endpoint: this.#shards.map(({endpoint}) => endpoint).join(','),
      generation: first?.generation ?? null,
      clear_pending: this.#shards.some(({clearPending}) => clearPending),
    };
  }

  figures(): L2Figures {
    const sum = (read: (shard: Shard) => number) => this.#shards.reduce((total, shard) => total + read(shard), 0);
    return {
      l2_calls: sum(({counters}) => counters.calls),
      l2_call_ms: Math.round(sum(({counters}) => counters.callMs) * 1000) / 1000,
      l2_errors: sum(({counters}) => counters.errors),
      l2_stored: sum(({counters}) => counters.stored),
      l2_dropped: sum(({dropped}) => dropped),
      l2_queued: sum(({queued}) => queued),
    };
  }

  /** What waits to be stored is sent first, if that can be done soon. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await Promise.all(this.#shards.map((shard) => shard.close(closeWithinMs)));
  }

  #shardOf(key: Buffer | undefined): Shard {
    return this.#ring.memberOf(key === undefined || key.length < 4 ? 0 : key.readUInt32BE(0));
  }
}
