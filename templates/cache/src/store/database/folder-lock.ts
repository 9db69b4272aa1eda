import {truncateSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {isBusy, isNoDatabase} from './database-errors.js';

export interface FolderLock {
  release(): void;
}

/**
 * Keeps a second shard out of the folder, whose index would not know of the first one's writes. SQLite's file lock is
 * borrowed for it: the system lets it go with the process, whatever end that comes to. Throws when it is taken.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'lock.sqlite');
  try {
    return lockFile(path);
  } catch (error) {
    if (isBusy(error)) throw new Error(`${folder} is in use by another cache shard`);
    if (!isNoDatabase(error)) throw error;
    // The file is always empty: what is in it is not ours. It stays the same file, which another shard may hold.
    truncateSync(path);
    return lockFile(path);
  }
}

function lockFile(path: string): FolderLock {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  return {release: () => database.close()};
}
