import {existsSync, renameSync, rmSync, statSync} from 'node:fs';
import {DatabaseSync} from 'node:sqlite';

const format = 1;
/** Beyond it a check of every page would hold up the start; damage is then found where it is read. */
const checkedBytes = 512 * 1024 * 1024;
/** Codes of SQLite (https://sqlite.org/rescode.html). */
const codes = {corrupt: 11, full: 13, notADatabase: 26, busy: 5} as const;

export type Sync = 'normal' | 'full';

/** Opens the writing connection. A damaged file is set aside and an empty one made; `damage` says so. */
export function openForWriting(path: string, sync: Sync, freshGeneration: number) {
  try {
    return {...openChecked(path, sync, freshGeneration), damage: null};
  } catch (error) {
    if (!isDamage(error)) throw error;
    const asidePath = setAside(path);
    const damage = {reason: error instanceof Error ? error.message : String(error), asidePath};
    return {...openChecked(path, sync, freshGeneration), damage};
  }
}

export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, {readOnly: true, timeout: 5000});
  database.exec('PRAGMA cache_size = -16384');
  return database;
}

/** The file and its log, renamed. Returns the new name. */
export function setAside(path: string): string {
  const aside = freeName(`${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`);
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  rmSync(`${path}-shm`, {force: true});
  return aside;
}

export function isDamage(error: unknown): boolean {
  return error instanceof DamageError || isCode(error, codes.corrupt) || isCode(error, codes.notADatabase);
}

export const isDiskFull = (error: unknown) => isCode(error, codes.full);
export const isBusy = (error: unknown) => isCode(error, codes.busy);

class DamageError extends Error {
  override readonly name = 'DamageError';
}

function openChecked(path: string, sync: Sync, freshGeneration: number) {
  const database = new DatabaseSync(path, {timeout: 5000});
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync === 'full' ? 'FULL' : 'NORMAL'};
      PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384`);
    if (isEmpty(database)) create(database, freshGeneration);
    else check(database, path);
    return {database, generation: readMeta(database, 'generation')};
  } catch (error) {
    database.close();
    throw error;
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count === 0;
}

/** Narrow rows with all that the index needs, apart from the wide ones: a start reads only the narrow. */
function create(database: DatabaseSync, generation: number): void {
  database.exec(`BEGIN;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    CREATE TABLE entries (
      id INTEGER PRIMARY KEY, key BLOB NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, size INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE records (id INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;
    INSERT INTO meta VALUES ('format', ${format}), ('generation', ${generation});
    COMMIT;
    PRAGMA wal_checkpoint(TRUNCATE)`);
}

function check(database: DatabaseSync, path: string): void {
  if (readMeta(database, 'format') !== format) throw new DamageError('the format is not known');
  readMeta(database, 'generation');
  if (statSync(path).size > checkedBytes) return;
  const [found] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (found !== 'ok') throw new DamageError(String(found));
}

/** A table that is not there is damage too: the file is not empty, and not ours. */
function readMeta(database: DatabaseSync, name: string): number {
  let value: unknown;
  try {
    value = database.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no such')) throw new DamageError(error.message);
    throw error;
  }
  if (typeof value !== 'number') throw new DamageError(`it has no ${name}`);
  return value;
}

function freeName(name: string): string {
  let free = name;
  for (let count = 2; existsSync(free); count += 1) free = `${name}-${count}`;
  return free;
}

/** The low byte is the kind, the rest a detail. */
function isCode(error: unknown, code: number): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === code;
}
