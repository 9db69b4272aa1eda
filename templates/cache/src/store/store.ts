import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {type L2PutEntry, l2Limits} from '@sutra/contract/l2-protocol';
import {isDamage} from './database.js';
import {EntryIndex} from './entry-index.js';
import {type FolderLock, lockFolder} from './folder-lock.js';
import {entryOfRecord, expiryOfRecord, isWhole, keyOfRecord, makeRecord, vectorBytesOfRecord} from './record.js';
import {RecordReader} from './record-reader.js';
import {refusalOf, StoreRefusal} from './store-refusal.js';
import {type Applied, type NewRecord, WriteQueue} from './write-queue.js';
import {WriteError, WriterLink} from './writer-link.js';
import type {Damage, WriterAnswer} from './writer-messages.js';

export interface StoreOptions {
  folder: string;
  capacity: number;
  ttlSeconds: number;
  memoryBytes: number;
  sync: 'normal' | 'full';
  onDamage(damage: Damage): void;
  /** Whether writes succeed changed. */
  onWritable(writable: boolean, reason: string): void;
  /** Nothing can be stored any more. */
  onLost(error: Error): void;
}

/** Records that may wait for the disk. */
const waitingBytesAtMost = 64 * 1024 * 1024;
/** How long a full disk is left alone before the next try. */
const retryAfterMs = 1000;
const maintenanceMs = 30_000;
const movesOfBatch = 5000;
const rowsOfVerify = 256;
/** Lives end up to this share early, so that what was stored together does not vanish together. */
const jitter = 0.05;

/**
 * Vectors by key, durable. Gets are synchronous, from memory or through a connection of their own; writes go through
 * the queue to the writing thread and show here only once they are committed.
 */
export class Store {
  readonly counters = {
    hits: 0,
    misses: 0,
    puts: 0,
    refusedPuts: 0,
    evictions: 0,
    expirations: 0,
    badRecords: 0,
    damagedFiles: 0,
  };
  readonly #options: StoreOptions;
  readonly #lock: FolderLock;
  readonly #path: string;
  readonly #link: WriterLink;
  readonly #queue: WriteQueue;
  readonly #index: EntryIndex;
  readonly #reader: RecordReader;
  readonly #maintenance: NodeJS.Timeout;
  #generation = 0;
  #nextId = 1;
  #clearing = 0;
  #resetting: Promise<void> | null = null;
  #refusedUntilMs = 0;
  #writable = true;

  /** Throws when the folder is taken or cannot be written. */
  static async open(options: StoreOptions): Promise<Store> {
    mkdirSync(options.folder, {recursive: true});
    const store = new Store(options, lockFolder(options.folder));
    try {
      store.#begin(await store.#link.ready());
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
    this.#path = join(options.folder, 'vectors.sqlite');
    this.#index = new EntryIndex(options.memoryBytes);
    this.#reader = new RecordReader(this.#path);
    const writer = {path: this.#path, sync: options.sync, freshGeneration: Date.now()};
    this.#link = new WriterLink(writer, options.onLost);
    this.#queue = new WriteQueue(this.#link, this.#applied());
    this.#maintenance = setInterval(() => void this.#maintain(), maintenanceMs).unref();
  }

  /** See `l2-protocol.ts`. Strictly grows, over losses of the file too. */
  get generation(): number {
    return this.#generation;
  }

  get entries(): number {
    return this.#index.count;
  }

  get vectorBytes(): number {
    return this.#index.vectorBytes;
  }

  get memory(): {entries: number; bytes: number} {
    return this.#index.memory;
  }

  get commits(): number {
    return this.#queue.commits;
  }

  get writable(): boolean {
    return this.#writable;
  }

  /** The entry of the key at `at`, as it is sent, or null. */
  get(bytes: Buffer, at: number, nowMs: number): Buffer | null {
    const slot = this.#index.find(bytes, at);
    if (slot < 0 || this.#index.expiresAtMs(slot) <= nowMs) {
      this.counters.misses += 1;
      return null;
    }
    const entry = this.#index.value(slot) ?? this.#read(slot, bytes, at);
    if (entry === null) {
      this.counters.misses += 1;
      return null;
    }
    this.#index.touch(slot, entry);
    this.counters.hits += 1;
    return entry;
  }

  /** Gets until `endReads` may share one read transaction. */
  endReads(): void {
    this.#reader.end();
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
      return {id: this.#nextId - 1, used: this.#index.nextUse(), record};
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
    const found = {checked: 0, bad: 0};
    for (let afterId: number | null = 0; afterId !== null; ) {
      const answer: WriterAnswer = await this.#link
        .ask({kind: 'verify', afterId, count: rowsOfVerify})
        .catch((error) => {
          this.#failed(error);
          throw refusalOf(error);
        });
      if (answer.kind !== 'verified') break;
      found.checked += answer.checked;
      found.bad += answer.badIds.length;
      this.#dropBad(answer.badIds);
      afterId = answer.lastId;
    }
    return found;
  }

  /** Writes what waits, notes the order of use, folds the log into the file. */
  async close(): Promise<void> {
    clearInterval(this.#maintenance);
    await this.#resetting;
    await this.#queue.settled();
    await this.#noteMoves();
    this.#reader.close();
    await this.#link.ask({kind: 'close'});
    this.#lock.release();
  }

  #begin(answer: WriterAnswer): void {
    if (answer.kind !== 'ready') throw new Error('the writing thread did not open the file');
    this.#generation = answer.generation;
    if (answer.damage !== null) this.#reportDamage(answer.damage);
    this.#reader.open();
    const nowMs = Date.now();
    const useless: number[] = [];
    for (const row of this.#reader.entries()) {
      const slot = this.#index.find(row.key, 0);
      if (slot >= 0) useless.push(this.#index.remove(slot));
      if (row.expiresAtMs > nowMs) this.#index.add(row.key, 0, row, null);
      else useless.push(row.id);
      this.#nextId = Math.max(this.#nextId, row.id + 1);
    }
    this.#queue.dropRows([...useless, ...this.#evict()]);
  }

  #admit(generation: number, count: number): void {
    let refusal: StoreRefusal | null = null;
    if (generation !== this.#generation || this.#clearing > 0) {
      refusal = new StoreRefusal('stale_generation', 'computed before the last clear: not stored');
    } else if (this.#resetting !== null) {
      refusal = new StoreRefusal('storage_failed', 'the file is being replaced: nothing was stored');
    } else if (Date.now() < this.#refusedUntilMs) {
      refusal = new StoreRefusal('disk_full', 'the disk is full: nothing was stored');
    } else if (this.#queue.waitingBytes > waitingBytesAtMost) {
      refusal = new StoreRefusal('overloaded', 'too much waits for the disk: nothing was stored');
    }
    if (refusal === null) return;
    this.counters.refusedPuts += count;
    throw refusal;
  }

  /** From the disk. What is not what was written there is a miss, and goes. */
  #read(slot: number, bytes: Buffer, at: number): Buffer | null {
    try {
      const record = this.#reader.read(this.#index.id(slot));
      const key = bytes.subarray(at, at + l2Limits.keyBytes);
      const sound = record !== null && isWhole(record) && keyOfRecord(record).equals(key);
      if (sound && expiryOfRecord(record) === this.#index.expiresAtMs(slot)) return entryOfRecord(record);
      this.counters.badRecords += 1;
      this.#queue.dropRows([this.#index.remove(slot)]);
    } catch (error) {
      if (isDamage(error)) this.#reset();
    }
    return null;
  }

  #applied(): Applied {
    return {
      rowsOf: (keys) => this.#slotsOf(keys).map((slot) => this.#index.id(slot)),
      stored: (records) => this.#stored(records),
      deleted: (keys) => {
        for (const slot of this.#slotsOf(keys)) this.#index.remove(slot);
      },
      cleared: (generation) => {
        this.#index.clear();
        this.#generation = generation;
      },
      failed: (error) => this.#failed(error),
    };
  }

  #stored(records: readonly NewRecord[]): void {
    for (const {id, used, record} of records) {
      const key = keyOfRecord(record);
      const slot = this.#index.find(key, 0);
      if (slot >= 0) this.#queue.dropRows([this.#index.remove(slot)]);
      const entry = {id, used, expiresAtMs: expiryOfRecord(record), vectorBytes: vectorBytesOfRecord(record)};
      this.#index.add(key, 0, entry, entryOfRecord(record));
    }
    this.#queue.dropRows(this.#evict());
    this.#setWritable(true, 'it was written again');
  }

  #evict(): number[] {
    const ids: number[] = [];
    while (this.#index.count > this.#options.capacity) ids.push(this.#index.remove(this.#index.oldest));
    this.counters.evictions += ids.length;
    return ids;
  }

  #slotsOf(keys: readonly Buffer[]): number[] {
    return [...new Set(keys.map((key) => this.#index.find(key, 0)))].filter((slot) => slot >= 0);
  }

  #dropBad(ids: readonly number[]): void {
    for (const id of ids) {
      const slot = this.#index.slotOfRow(id);
      if (slot >= 0) this.#index.remove(slot);
    }
    this.counters.badRecords += ids.length;
    this.#queue.dropRows(ids);
  }

  #failed(error: unknown): void {
    if (error instanceof WriteError && error.code === 'damaged') this.#reset();
    else this.#refusedUntilMs = Date.now() + retryAfterMs;
    this.#setWritable(false, error instanceof Error ? error.message : String(error));
  }

  #setWritable(writable: boolean, reason: string): void {
    if (writable) this.#refusedUntilMs = 0;
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
    this.#index.clear();
    this.#queue.forget(new Error('the file is damaged and was set aside'));
    try {
      this.#reader.close();
      const freshGeneration = Math.max(this.#generation + 1, Date.now());
      const answer = await this.#link.ask({kind: 'reset', freshGeneration});
      this.#index.clear();
      this.#begin(answer);
      this.#setWritable(true, 'an empty file took its place');
    } catch (error) {
      this.#options.onLost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #reportDamage(damage: Damage): void {
    this.counters.damagedFiles += 1;
    this.#options.onDamage(damage);
  }

  async #maintain(): Promise<void> {
    const slots = this.#index.expired(Date.now());
    this.counters.expirations += slots.length;
    this.#queue.dropRows(slots.map((slot) => this.#index.remove(slot)));
    await this.#noteMoves();
  }

  async #noteMoves(): Promise<void> {
    for (;;) {
      const moves = this.#index.takeMoves(movesOfBatch);
      if (moves.length === 0 || !this.#writable) return;
      await this.#queue.move(moves);
    }
  }
}
