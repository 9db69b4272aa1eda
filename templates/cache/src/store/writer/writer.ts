import type {DatabaseSync, StatementSync} from 'node:sqlite';
import {openForWriting, setAside} from '../database/database.js';
import {isDamage, isDiskFull} from '../database/database-errors.js';
import {expiryOfRecord, isWhole, keyOfRecord, vectorBytesOfRecord} from '../database/record.js';
import type {Damage, WriteBatch, WriterAnswer, WriterFailure, WriterOptions, WriterRequest} from './writer-messages.js';

/** The writing side of the store: synchronous, one transaction a batch. */
export class Writer {
  readonly #options: WriterOptions;
  #database: DatabaseSync;
  #statements: Statements;
  #generation: number;
  #damage: Damage | null;

  constructor(options: WriterOptions) {
    this.#options = options;
    const opened = openForWriting(options.path, options);
    this.#database = opened.database;
    this.#statements = prepare(opened.database);
    this.#generation = opened.generation;
    this.#damage = opened.damage;
  }

  ready(): WriterAnswer {
    return {kind: 'ready', generation: this.#generation, damage: this.#damage};
  }

  handle(request: WriterRequest): WriterAnswer {
    try {
      if (request.kind === 'write') return this.#write(request);
      if (request.kind === 'verify') return this.#verify(request.afterId, request.count);
      if (request.kind === 'reset') return this.#reset(request.reason, request.freshGeneration);
      return this.#close();
    } catch (error) {
      return {kind: 'failed', failure: failureOf(error, this.#options.path)};
    }
  }

  #write(batch: WriteBatch): WriterAnswer {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#apply(batch);
      this.#database.exec('COMMIT');
      return {kind: 'written'};
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      if (isDiskFull(error)) this.#foldLog();
      throw error;
    }
  }

  #apply({puts, deletes, moves, clearTo}: WriteBatch): void {
    const {entry, record, dropEntry, dropRecord, move, clear} = this.#statements;
    if (clearTo !== null) {
      for (const statement of clear) statement.run();
      this.#statements.generation.run(clearTo);
    }
    for (const id of deletes) {
      dropEntry.run(id);
      dropRecord.run(id);
    }
    let at = 0;
    for (const [index, id] of puts.ids.entries()) {
      const size = puts.sizes[index] ?? 0;
      const bytes = Buffer.from(puts.records.buffer, puts.records.byteOffset + at, size);
      entry.run(id, keyOfRecord(bytes), expiryOfRecord(bytes), puts.used[index] ?? 0, vectorBytesOfRecord(bytes));
      record.run(id, bytes);
      at += size;
    }
    for (let index = 0; index < moves.length; index += 2) move.run(moves[index + 1] ?? 0, moves[index] ?? 0);
  }

  /** Room in the log is room on the disk. Whether it helped shows at the next write. */
  #foldLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {}
  }

  #verify(afterId: number, count: number): WriterAnswer {
    const rows = this.#statements.walk.all(afterId, count);
    const badIds: number[] = [];
    for (const {id, key, record} of rows) if (!isSound(key, record)) badIds.push(Number(id));
    const last = rows.at(-1)?.id;
    return {kind: 'verified', checked: rows.length, badIds, lastId: last === undefined ? null : Number(last)};
  }

  #reset(reason: string, freshGeneration: number): WriterAnswer {
    const {path} = this.#options;
    this.#database.close();
    const asidePath = setAside(path);
    const opened = openForWriting(path, {...this.#options, freshGeneration});
    this.#database = opened.database;
    this.#statements = prepare(opened.database);
    this.#generation = opened.generation;
    return {kind: 'ready', generation: opened.generation, damage: {reason, asidePath}};
  }

  #close(): WriterAnswer {
    this.#foldLog();
    this.#database.close();
    return {kind: 'closed'};
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    entry: statement('INSERT INTO entries (id, key, expires, used, size) VALUES (?, ?, ?, ?, ?)'),
    record: statement('INSERT INTO records (id, record) VALUES (?, ?)'),
    dropEntry: statement('DELETE FROM entries WHERE id = ?'),
    dropRecord: statement('DELETE FROM records WHERE id = ?'),
    move: statement('UPDATE entries SET used = ? WHERE id = ?'),
    clear: [statement('DELETE FROM entries'), statement('DELETE FROM records')],
    generation: statement("UPDATE meta SET value = ? WHERE name = 'generation'"),
    walk: statement(`SELECT entries.id AS id, key, record FROM entries LEFT JOIN records ON records.id = entries.id
      WHERE entries.id > ? ORDER BY entries.id LIMIT ?`),
  };
}

function isSound(key: unknown, record: unknown): boolean {
  if (!(key instanceof Uint8Array) || !(record instanceof Uint8Array)) return false;
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
  return isWhole(bytes) && keyOfRecord(bytes).equals(key);
}

function failureOf(error: unknown, path: string): WriterFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (isDamage(error, path)) return {code: 'damaged', message};
  return {code: isDiskFull(error) ? 'disk_full' : 'storage_failed', message};
}
