import {mkdirSync} from 'node:fs';
import type {L2PutEntry} from '@sutra/contract/l2-protocol';
import {type FolderLock, lockFolder} from './database/folder-lock.js';
import {largestStoredGeneration} from './database/generation.js';
import {makeRecord} from './database/record.js';
import {ShardClock} from './shard-clock.js';
import {StoreFile} from './store-file.js';
import type {StoreOptions} from './store-options.js';
import {refusalOf, StoreRefusal} from './store-refusal.js';
import type {StoredVectors} from './stored-vectors.js';
import {walkRecords} from './walk-records.js';
import {WriteGate} from './write-gate.js';
import {type Applied, type NewRecord, WriteQueue} from './writer/write-queue.js';
import {WriteError} from './writer/writer-link.js';

const queuedBytesAtMost = 64 * 1024 * 1024;
const maintenanceMs = 30_000;
const movesOfBatch = 5000;
/** Lives end up to this share early, so that what was stored together does not vanish together. */
const jitter = 0.05;

/**
 * Vectors by key, durable. Gets are synchronous, from memory or through a connection of their own; writes go through
 * the queue to the writing thread and show here only once they are committed.
 */
export class Store {
  readonly vectors: StoredVectors;
  readonly clock: ShardClock;
  readonly #gate: WriteGate;
  readonly #counters = {puts: 0, refusedPuts: 0};
  readonly #options: StoreOptions;
  readonly #lock: FolderLock;
  readonly #file: StoreFile;
  readonly #queue: WriteQueue;
  readonly #maintenance: NodeJS.Timeout;
  #clearing = 0;
  #resetting: Promise<void> | null = null;

  /** Throws when the folder is taken or cannot be written. */
  static async open(options: StoreOptions): Promise<Store> {
    mkdirSync(options.folder, {recursive: true});
    const store = new Store(options, lockFolder(options.folder));
    try {
      await store.#file.open();
      return store;
    } catch (error) {
      store.#lock.release();
      clearInterval(store.#maintenance);
      throw error;
    }
  }

  private constructor(options: StoreOptions, lock: FolderLock) {
    this.#options = options;
    this.#lock = lock;
    this.clock = new ShardClock(options.clocks);
    this.#gate = new WriteGate(options.onWritable);
    this.#file = new StoreFile({
      store: options,
      clock: this.clock,
      dropRows: (ids) => this.#queue.dropRows(ids),
      onDamage: (reason) => this.#reset(reason),
    });
    this.vectors = this.#file.vectors;
    this.#queue = new WriteQueue(this.#file.link, this.#applied());
    this.#maintenance = setInterval(() => void this.#maintain(), maintenanceMs).unref();
  }

  /** See `l2-protocol.ts`. Strictly grows, over losses of the file too. */
  get generation(): number {
    return this.#file.generation;
  }

  /** Since the start. */
  get facts(): StoreFile['counters'] & {puts: number; refusedPuts: number; commits: number; writable: boolean} {
    return {...this.#counters, ...this.#file.counters, commits: this.#queue.commits, writable: this.#gate.writable};
  }

  /** Resolves when they are committed. Rejects with StoreRefusal: none of them is. */
  async put(generation: number, entries: readonly L2PutEntry[]): Promise<number> {
    this.#admit(generation, entries.length);
    const nowMs = this.clock.nowMs();
    const records = entries.map(([key, ttlSeconds, tokens, vector]): NewRecord => {
      const lifeMs = 1000 * Math.min(ttlSeconds || this.#options.ttlSeconds, this.#options.ttlSeconds);
      const expiresAtMs = Math.round(nowMs + lifeMs * (1 - jitter * Math.random()));
      const record = makeRecord(key, expiresAtMs, tokens, vector);
      return {id: this.#file.takeId(), used: this.vectors.index.nextUse(), record};
    });
    try {
      const stored = await this.#queue.put(records);
      this.#counters.puts += stored;
      return stored;
    } catch (error) {
      this.#counters.refusedPuts += entries.length;
      throw refusalOf(error);
    }
  }

  /** Resolves with the number of keys, stored or not, that are certainly not stored any more. */
  async delete(keys: readonly Uint8Array[]): Promise<number> {
    try {
      const refusal = this.#overload();
      if (refusal !== null) throw refusal;
      return await this.#queue.delete(keys.map((key) => Buffer.from(key)));
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Everything goes, and the generation rises. */
  async clear(): Promise<void> {
    this.#clearing += 1;
    try {
      const next = Math.max(this.generation + this.#clearing, this.clock.nowMs());
      if (next > largestStoredGeneration) throw new StoreRefusal('storage_failed', 'no generation is left');
      await this.#queue.clear(next);
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#clearing -= 1;
    }
  }

  /** Walks every row; what is not whole is deleted. Other work goes on in between. */
  async verify(): Promise<{checked: number; bad: number}> {
    try {
      return await walkRecords(this.#file.link, (ids) => this.vectors.dropBad(ids));
    } catch (error) {
      this.#failed(error);
      throw refusalOf(error);
    }
  }

  /** Writes what waits, notes the order of use, folds the log into the file. */
  async close(): Promise<void> {
    clearInterval(this.#maintenance);
    await this.#resetting;
    await this.#queue.settled();
    await this.#noteMoves();
    this.vectors.close();
    await this.#file.link.ask({kind: 'close'});
    this.#lock.release();
  }

  #admit(generation: number, count: number): void {
    const refusal = this.#refusalOfPut(generation);
    if (refusal === null) return;
    this.#counters.refusedPuts += count;
    throw refusal;
  }

  #refusalOfPut(generation: number): StoreRefusal | null {
    if (generation !== this.generation || this.#clearing > 0) {
      return new StoreRefusal('stale_generation', 'computed before the last clear: not stored');
    }
    if (this.#resetting !== null) {
      return new StoreRefusal('storage_failed', 'the file is being replaced: nothing was stored');
    }
    return this.#gate.refusal ?? this.#overload();
  }

  #overload(): StoreRefusal | null {
    if (this.#queue.waitingBytes <= queuedBytesAtMost) return null;
    return new StoreRefusal('overloaded', 'the write queue is full: nothing was stored');
  }

  #applied(): Applied {
    const {vectors} = this;
    return {
      rowsOf: (keys) => vectors.rowsOf(keys),
      stored: (records) => {
        vectors.add(records);
        this.#gate.succeeded('it was written again');
      },
      deleted: (keys) => vectors.remove(keys),
      cleared: (generation) => {
        vectors.index.clear();
        this.#file.generation = generation;
      },
      failed: (error) => this.#failed(error),
    };
  }

  #failed(error: unknown): void {
    const damaged = error instanceof WriteError && error.code === 'damaged';
    if (damaged) this.#reset(error.message);
    this.#gate.failed(error, !damaged);
  }

  /** The file is damaged: it is set aside while gets miss and puts are refused. */
  #reset(reason: string): void {
    this.#resetting ??= this.#replaceFile(reason).finally(() => {
      this.#resetting = null;
    });
  }

  async #replaceFile(reason: string): Promise<void> {
    this.vectors.index.clear();
    this.#queue.forget(new Error('the file is damaged and was set aside'));
    try {
      await this.#file.replace(reason);
      this.#gate.succeeded('an empty file took its place');
    } catch (error) {
      this.#options.onLost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #maintain(): Promise<void> {
    this.vectors.expire(this.clock.nowMs());
    await this.#noteMoves();
  }

  async #noteMoves(): Promise<void> {
    for (;;) {
      const moves = this.vectors.index.takeMoves(movesOfBatch);
      if (moves.length === 0 || !this.#gate.writable) return;
      await this.#queue.move(moves);
    }
  }
}
