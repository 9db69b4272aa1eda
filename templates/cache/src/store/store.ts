import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {L2PutEntry} from '@sutra/contract/l2-protocol';
import {isDamage} from './database.js';
import {type FolderLock, lockFolder} from './folder-lock.js';
import {makeRecord} from './record.js';
import type {StoreOptions} from './store-options.js';
import {refusalOf, StoreRefusal} from './store-refusal.js';
import {StoredVectors} from './stored-vectors.js';
import {walkRecords} from './walk-records.js';
import {type Applied, type NewRecord, WriteQueue} from './write-queue.js';
import {WriteError, WriterLink} from './writer-link.js';
import type {WriterAnswer} from './writer-messages.js';

/** Records that may wait for the disk. */
const waitingBytesAtMost = 64 * 1024 * 1024;
/** How long a full disk is left alone before the next try. */
const retryAfterMs = 1000;
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
  readonly counters = {puts: 0, refusedPuts: 0, damagedFiles: 0};
  readonly #options: StoreOptions;
  readonly #lock: FolderLock;
  readonly #link: WriterLink;
  readonly #queue: WriteQueue;
  readonly #maintenance: NodeJS.Timeout;
  #generation = 0;
  #nextId = 1;
  #clearing = 0;
  #resetting: Promise<void> | null = null;
  #refused: {refusal: StoreRefusal; untilMs: number} | null = null;
  #writable = true;

  /** Throws when the folder is taken or cannot be written. */
  static async open(options: StoreOptions): Promise<Store> {
    mkdirSync(options.folder, {recursive: true});
    const store = new Store(options, lockFolder(options.folder));
    try {
      await store.#begin(await store.#link.ready());
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
    const path = join(options.folder, 'vectors.sqlite');
    const {capacity, memoryBytes} = options;
    const dropRows = (ids: readonly number[]) => this.#queue.dropRows(ids);
    this.vectors = new StoredVectors({path, capacity, memoryBytes, dropRows, onDamage: () => this.#reset()});
    const writer = {path, sync: options.sync, freshGeneration: Date.now()};
    this.#link = new WriterLink(writer, options.onLost);
    this.#queue = new WriteQueue(this.#link, this.#applied());
    this.#maintenance = setInterval(() => void this.#maintain(), maintenanceMs).unref();
  }

  /** See `l2-protocol.ts`. Strictly grows, over losses of the file too. */
  get generation(): number {
    return this.#generation;
  }

  get commits(): number {
    return this.#queue.commits;
  }

  get writable(): boolean {
    return this.#writable;
  }

  /** Resolves when they are committed. Rejects with StoreRefusal: none of them is. */
  async put(generation: number, entries: readonly L2PutEntry[]): Promise<number> {
    this.#admit(generation, entries.length);
    const nowMs = Date.now();
    const records = entries.map(([key, ttlSeconds, tokens, vector]): NewRecord => {
      const lifeMs = 1000 * Math.min(ttlSeconds || this.#options.ttlSeconds, this.#options.ttlSeconds);
      const expiresAtMs = Math.round(nowMs + lifeMs * (1 - jitter * Math.random()));
      const record = makeRecord(key, expiresAtMs, tokens, vector);
      this.#nextId += 1;
      return {id: this.#nextId - 1, used: this.vectors.index.nextUse(), record};
    });
    try {
      const stored = await this.#queue.put(records);
      this.counters.puts += stored;
      return stored;
    } catch (error) {
      this.counters.refusedPuts += entries.length;
      throw refusalOf(error);
    }
  }

  /** Resolves with the number of keys, stored or not, that are certainly not stored any more. */
  delete(keys: readonly Uint8Array[]): Promise<number> {
    return this.#queue.delete(keys.map((key) => Buffer.from(key))).catch((error: unknown) => {
      throw refusalOf(error);
    });
  }

  /** Everything goes, and the generation rises. `before`: unless it is that high already. */
  async clear(before = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#generation >= before) return false;
    this.#clearing += 1;
    const wanted = Number.isFinite(before) ? before : 0;
    try {
      await this.#queue.clear(Math.max(this.#generation + this.#clearing, Date.now(), wanted));
      return true;
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#clearing -= 1;
    }
  }

  /** Walks every row; what is not whole is deleted. Other work goes on in between. */
  async verify(): Promise<{checked: number; bad: number}> {
    try {
      return await walkRecords(this.#link, (ids) => this.vectors.dropBad(ids));
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
    await this.#link.ask({kind: 'close'});
    this.#lock.release();
  }

  async #begin(answer: WriterAnswer): Promise<void> {
    this.#adopt(answer);
    try {
      this.#nextId = this.vectors.open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.vectors.close();
      this.#adopt(await this.#link.ask({kind: 'reset', freshGeneration: this.#freshGeneration()}));
      this.#nextId = this.vectors.open();
    }
  }

  #adopt(answer: WriterAnswer): void {
    if (answer.kind !== 'ready') throw new Error('the writing thread did not open the file');
    this.#generation = answer.generation;
    if (answer.damage === null) return;
    this.counters.damagedFiles += 1;
    this.#options.onDamage(answer.damage);
  }

  #freshGeneration(): number {
    return Math.max(this.#generation + 1, Date.now());
  }

  #admit(generation: number, count: number): void {
    let refusal: StoreRefusal | null = null;
    if (generation !== this.#generation || this.#clearing > 0) {
      refusal = new StoreRefusal('stale_generation', 'computed before the last clear: not stored');
    } else if (this.#resetting !== null) {
      refusal = new StoreRefusal('storage_failed', 'the file is being replaced: nothing was stored');
    } else if (this.#refused !== null && Date.now() < this.#refused.untilMs) {
      refusal = this.#refused.refusal;
    } else if (this.#queue.waitingBytes > waitingBytesAtMost) {
      refusal = new StoreRefusal('overloaded', 'too much waits for the disk: nothing was stored');
    }
    if (refusal === null) return;
    this.counters.refusedPuts += count;
    throw refusal;
  }

  #applied(): Applied {
    const {vectors} = this;
    return {
      rowsOf: (keys) => vectors.rowsOf(keys),
      stored: (records) => {
        vectors.add(records);
        this.#setWritable(true, 'it was written again');
      },
      deleted: (keys) => vectors.remove(keys),
      cleared: (generation) => {
        vectors.index.clear();
        this.#generation = generation;
      },
      failed: (error) => this.#failed(error),
    };
  }

  #failed(error: unknown): void {
    if (error instanceof WriteError && error.code === 'damaged') this.#reset();
    else this.#refused = {refusal: refusalOf(error), untilMs: Date.now() + retryAfterMs};
    this.#setWritable(false, error instanceof Error ? error.message : String(error));
  }

  #setWritable(writable: boolean, reason: string): void {
    if (writable) this.#refused = null;
    if (writable === this.#writable) return;
    this.#writable = writable;
    this.#options.onWritable(writable, reason);
  }

  /** The file is damaged: it is set aside while gets miss and puts are refused. */
  #reset(): void {
    this.#resetting ??= this.#replaceFile().finally(() => {
      this.#resetting = null;
    });
  }

  async #replaceFile(): Promise<void> {
    this.vectors.index.clear();
    this.#queue.forget(new Error('the file is damaged and was set aside'));
    try {
      this.vectors.close();
      await this.#begin(await this.#link.ask({kind: 'reset', freshGeneration: this.#freshGeneration()}));
      this.#setWritable(true, 'an empty file took its place');
    } catch (error) {
      this.#options.onLost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #maintain(): Promise<void> {
    this.vectors.expire(Date.now());
    await this.#noteMoves();
  }

  async #noteMoves(): Promise<void> {
    for (;;) {
      const moves = this.vectors.index.takeMoves(movesOfBatch);
      if (moves.length === 0 || !this.#writable) return;
      await this.#queue.move(moves);
    }
  }
}
