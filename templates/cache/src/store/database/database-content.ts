import {statSync} from 'node:fs';
import type {DatabaseSync} from 'node:sqlite';
import {DamageError} from './database-errors.js';
import {largestStoredGeneration} from './generation.js';

const format = 1;
/** Beyond it a check of every page would hold up the start; damage is then found where it is read. */
const checkedBytes = 512 * 1024 * 1024;

/** Narrow rows with all that the index needs, apart from the wide ones: a start reads only the narrow. */
const tables = {
  meta: 'CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT',
  entries: `CREATE TABLE entries (
      id INTEGER PRIMARY KEY, key BLOB NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, size INTEGER NOT NULL
    ) STRICT`,
  records: 'CREATE TABLE records (id INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT',
} as const;

export function createContent(database: DatabaseSync, generation: number): void {
  database.exec(`BEGIN;
    ${tables.meta};
    ${tables.entries};
    ${tables.records};
    INSERT INTO meta VALUES ('format', ${format}), ('generation', ${generation});
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`);
}

/** Throws DamageError, or what SQLite throws, where the file is not one that a shard of this version has written. */
export function checkContent(database: DatabaseSync, path: string): void {
  checkSchema(database);
  const found = readMeta(database, 'format');
  if (found !== format) throw new DamageError(`it has format ${found}, and this version knows format ${format}`);
  const generation = readMeta(database, 'generation');
  if (generation < 0 || generation > largestStoredGeneration) {
    throw new DamageError(`its generation, ${generation}, is not from 0 to ${largestStoredGeneration}`);
  }
  if (statSync(path).size > checkedBytes) return;
  const [result] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (result !== 'ok') throw new DamageError(String(result));
}

export function readMeta(database: DatabaseSync, name: string): number {
  const value = database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new DamageError(`it has no ${name}`);
  return value;
}

/** Exactly our tables: a trigger or a view of somebody else's would run with our statements. */
function checkSchema(database: DatabaseSync): void {
  const rows = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all();
  for (const [name, sql] of Object.entries(tables)) {
    if (!rows.some((row) => row.type === 'table' && row.name === name && words(row.sql) === words(sql))) {
      throw new DamageError(`it has no table ${name} as this version makes it`);
    }
  }
  const others = rows.filter((row) => row.type !== 'table' || !Object.hasOwn(tables, String(row.name)));
  if (others.length > 0) throw new DamageError(`it has a ${others[0]?.type} that no shard makes`);
}

const words = (sql: unknown) => String(sql).replaceAll(/\s+/g, ' ');
