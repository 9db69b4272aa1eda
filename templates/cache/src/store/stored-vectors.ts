import {l2Limits} from '@sutra/contract/l2-protocol';
import {isDamage} from './database/database-errors.js';
import {
  entryOfRecord,
  expiryOfRecord,
  isWhole,
  keyOfRecord,
  setExpiryOfRecord,
  vectorBytesOfRecord,
} from './database/record.js';
import {RecordReader} from './database/record-reader.js';
import {EntryIndex} from './index/entry-index.js';
import type {NewRecord} from './writer/write-queue.js';

interface Options {
  path: string;
  capacity: number;
  memoryBytes: number;
  /** These rows are of no more use. */
  dropRows(ids: readonly number[]): void;
  /** What is in the file cannot be used. */
  onDamage(reason: string): void;
}

/** What is on the disk, as far as committed: the index of it, the recent part of it, and the way to the rest. */
export class StoredVectors {
  readonly counters = {hits: 0, misses: 0, evictions: 0, expirations: 0, badRecords: 0};
  readonly index: EntryIndex;
  readonly #reader: RecordReader;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    this.index = new EntryIndex(options.memoryBytes);
    this.#reader = new RecordReader(options.path);
  }

  /**
   * Reads the index from the file; nothing lives longer than `latestExpiryMs`. Returns the first row number that is
   * free. Throws what SQLite throws, and DamageError.
   */
  open(nowMs: number, latestExpiryMs: number): number {
    this.index.clear();
    this.#reader.open();
    const useless: number[] = [];
    for (const row of this.#reader.entries()) {
      const slot = this.index.find(row.key, 0);
      if (slot >= 0) useless.push(this.index.remove(slot));
      const expiresAtMs = Math.min(row.expiresAtMs, latestExpiryMs);
      if (expiresAtMs > nowMs) this.index.add(row.key, 0, {...row, expiresAtMs}, null);
      else useless.push(row.id);
    }
    this.#options.dropRows(useless);
    this.#evict();
    return this.#reader.lastId() + 1;
  }

  /** The entry of the key at `at`, as it is sent, or null. */
  get(bytes: Buffer, at: number, nowMs: number): Buffer | null {
    const slot = this.index.find(bytes, at);
    const alive = slot >= 0 && this.index.expiresAtMs(slot) > nowMs;
    const entry = alive ? (this.index.value(slot) ?? this.#read(slot, bytes, at)) : null;
    if (entry === null) {
      this.counters.misses += 1;
      return null;
    }
    this.index.touch(slot, entry);
    this.counters.hits += 1;
    return entry;
  }

  /** The same without being a use: it counts nothing and keeps no entry from being the next to go. */
  peek(key: Buffer, nowMs: number): Buffer | null {
    const slot = this.index.find(key, 0);
    if (slot < 0 || this.index.expiresAtMs(slot) <= nowMs) return null;
    return this.index.value(slot) ?? this.#read(slot, key, 0);
  }

  /** Gets until then may share one read transaction. */
  endReads(): void {
    this.#reader.end();
  }

  add(records: readonly NewRecord[]): void {
    const replaced: number[] = [];
    for (const {id, used, record} of records) {
      const key = keyOfRecord(record);
      const slot = this.index.find(key, 0);
      if (slot >= 0) replaced.push(this.index.remove(slot));
      const entry = {id, used, expiresAtMs: expiryOfRecord(record), vectorBytes: vectorBytesOfRecord(record)};
      this.index.add(key, 0, entry, entryOfRecord(record));
    }
    this.#options.dropRows(replaced);
    this.#evict();
  }

  rowsOf(keys: readonly Buffer[]): number[] {
    return this.#slotsOf(keys).map((slot) => this.index.id(slot));
  }

  remove(keys: readonly Buffer[]): void {
    for (const slot of this.#slotsOf(keys)) this.index.remove(slot);
  }

  expire(nowMs: number): void {
    const slots = this.index.expired(nowMs);
    this.counters.expirations += slots.length;
    this.#options.dropRows(slots.map((slot) => this.index.remove(slot)));
  }

  dropBad(ids: readonly number[]): void {
    for (const id of ids) {
      const slot = this.index.slotOfRow(id);
      if (slot >= 0) this.index.remove(slot);
    }
    this.counters.badRecords += ids.length;
    this.#options.dropRows(ids);
  }

  close(): void {
    this.#reader.close();
  }

  /** From the disk. What is not what was written there is a miss, and goes. */
  #read(slot: number, bytes: Buffer, at: number): Buffer | null {
    try {
      const record = this.#reader.read(this.index.id(slot));
      const key = bytes.subarray(at, at + l2Limits.keyBytes);
      const sound = record !== null && isWhole(record) && keyOfRecord(record).equals(key);
      const expiresAtMs = this.index.expiresAtMs(slot);
      // A life that was capped when the file was opened ends before the record says so.
      if (sound && expiryOfRecord(record) >= expiresAtMs) {
        if (expiryOfRecord(record) !== expiresAtMs) setExpiryOfRecord(record, expiresAtMs);
        return entryOfRecord(record);
      }
      this.counters.badRecords += 1;
      this.#options.dropRows([this.index.remove(slot)]);
    } catch (error) {
      if (isDamage(error, this.#options.path)) this.#options.onDamage(error instanceof Error ? error.message : '');
    }
    return null;
  }

  #evict(): void {
    const ids: number[] = [];
    while (this.index.count > this.#options.capacity) ids.push(this.index.remove(this.index.oldest));
    this.counters.evictions += ids.length;
    this.#options.dropRows(ids);
  }

  #slotsOf(keys: readonly Buffer[]): number[] {
    return [...new Set(keys.map((key) => this.index.find(key, 0)))].filter((slot) => slot >= 0);
  }
}
