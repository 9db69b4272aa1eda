import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {openForReading} from './database.js';

/** A row of the index. */
export interface EntryRow {
  id: number;
  key: Uint8Array;
  expiresAtMs: number;
  vectorBytes: number;
  used: number;
}

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

  /** All entries, the least recently used first; of one key, the newer row last. */
  *entries(): Generator<EntryRow> {
    const rows = this.#database
      ?.prepare('SELECT id, key, expires, used, size FROM entries ORDER BY used, id')
      .iterate();
    for (const {id, key, expires, used, size} of rows ?? []) {
      if (!(key instanceof Uint8Array)) continue;
      yield {
        id: Number(id),
        key,
        expiresAtMs: Number(expires),
        used: Number(used),
        vectorBytes: Number(size),
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
