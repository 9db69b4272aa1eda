import {existsSync, renameSync, rmSync} from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import {checkContent, createContent, readMeta} from './database-content.js';
import {DamageError, isDamage, isDiskFull} from './database-errors.js';
import {oddFile} from './odd-file.js';

export type Sync = 'normal' | 'full';

export interface OpenOptions {
  sync: Sync;
  /** Of the file, where it has to begin empty. */
  freshGeneration: number;
  /** Nothing that is stored may live longer than this (in the shard's milliseconds). */
  latestExpiryMs: number;
}

/** The file, and what belongs to it: its log, and the journal of another mode that SQLite would roll back. */
const moved = ['', '-wal', '-journal'];

/**
 * Opens the writing connection. A file whose content cannot be used is set aside and an empty one made; `damage` says
 * so. Throws what has nothing to do with the content: no permission, a full or failing disk.
 */
export function openForWriting(path: string, options: OpenOptions) {
  try {
    return {...openChecked(path, options), damage: null};
  } catch (error) {
    if (!isDamage(error, path)) throw error;
    const damage = {reason: error instanceof Error ? error.message : String(error), asidePath: setAside(path)};
    return {...openChecked(path, options), damage};
  }
}

export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, {readOnly: true, timeout: 5000});
  database.exec('PRAGMA cache_size = -16384');
  return database;
}

/** The file and what belongs to it, renamed. Returns the new name. */
export function setAside(path: string): string {
  const aside = freeName(`${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`);
  for (const suffix of moved) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  rmSync(`${path}-shm`, {force: true, recursive: true});
  return aside;
}

function openChecked(path: string, {sync, freshGeneration, latestExpiryMs}: OpenOptions) {
  const odd = [...moved, '-shm'].map((suffix) => oddFile(path + suffix)).find((problem) => problem !== null);
  if (odd !== undefined) throw new DamageError(odd);
  const database = new DatabaseSync(path, {timeout: 5000});
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${sync === 'full' ? 'FULL' : 'NORMAL'};
      PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384`);
    if (isEmpty(database)) createContent(database, freshGeneration);
    else checkContent(database, path);
    capLives(database, latestExpiryMs);
    return {database, generation: readMeta(database, 'generation')};
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Of entries that were stored by a clock that was ahead, or with a longer time to live than today's. */
function capLives(database: DatabaseSync, latestExpiryMs: number): void {
  try {
    database.prepare('UPDATE entries SET expires = ? WHERE expires > ?').run(latestExpiryMs, latestExpiryMs);
  } catch (error) {
    // Without room they are capped in memory alone, and again at the next start.
    if (!isDiskFull(error)) throw error;
  }
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count === 0;
}

function freeName(name: string): string {
  let free = name;
  for (let count = 2; existsSync(free); count += 1) free = `${name}-${count}`;
  return free;
}
