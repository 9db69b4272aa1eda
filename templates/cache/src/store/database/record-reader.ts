import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {isVector, l2Limits} from '@sutra/contract/l2-protocol';
import {openForReading} from './database.js';
import {DamageError} from './database-errors.js';

/** A row of the index. */
export interface EntryRow {
  id: number;
  key: Uint8Array;
  expiresAtMs: number;
  vectorBytes: number;
  used: number;
}

/** Row numbers and places in the order of use. They grow by one a put, so that no shard comes near it. */
const largestCount = 2 ** 51;

/** The reading connection. Two reads or more until `end` share one transaction, which spares each its locks. */
export class RecordReader {
  readonly #path: string;
  #database: DatabaseSync | null = null;
  #select: StatementSync | null = null;
  #reads = 0;

  constructor(path: string) {
    this.#path = path;
  }

  open(): void {
    this.#database = openForReading(this.#path);
    this.#select = this.#database.prepare('SELECT record FROM records WHERE id = ?');
  }

  /** The record, or null when there is no such row. Throws what SQLite throws. */
  read(id: number): Buffer | null {
    this.#reads += 1;
    if (this.#reads > 1 && this.#database?.isTransaction === false) this.#database?.exec('BEGIN');
    const record = this.#select?.get(id)?.record;
    return record instanceof Uint8Array ? Buffer.from(record.buffer, record.byteOffset, record.length) : null;
  }

  /** A failure to end is one of reading, and shows at the next read. */
  end(): void {
    if (this.#reads > 1 && this.#database?.isTransaction) {
      try {
        this.#database.exec('COMMIT');
      } catch {}
    }
    this.#reads = 0;
  }

  /** The last row there is in either table, or 0. */
  lastId(): number {
    const last = this.#database
      ?.prepare(
        'SELECT max(coalesce((SELECT max(id) FROM entries), 0), coalesce((SELECT max(id) FROM records), 0)) AS id',
      )
      .get();
    return checkedCount(last?.id, 'last row');
  }

  /**
   * All entries, the least recently used first; of one key, the newer row last. Throws DamageError for a row that no
   * shard can have written.
   */
  *entries(): Generator<EntryRow> {
    const rows = this.#database
      ?.prepare('SELECT id, key, expires, used, size FROM entries ORDER BY used, id')
      .iterate();
    for (const {id, key, expires, used, size} of rows ?? []) {
      const vectorBytes = Number(size);
      const fits = key instanceof Uint8Array && key.length === l2Limits.keyBytes && isVector(vectorBytes);
      if (!fits || Number(id) < 1 || Number(expires) > l2Limits.timeMs) {
        throw new DamageError(`row ${id} was not written by a shard`);
      }
      yield {
        id: checkedCount(id, 'row'),
        key,
        expiresAtMs: checkedCount(expires, 'expiry'),
        used: checkedCount(used, 'place in the order of use'),
        vectorBytes,
      };
    }
  }

  close(): void {
    this.end();
    this.#database?.close();
    this.#database = null;
    this.#select = null;
  }
}

function checkedCount(value: unknown, what: string): number {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestCount;
  if (!fits) throw new DamageError(`it holds ${what} ${value}, which no shard writes`);
  return value;
}
