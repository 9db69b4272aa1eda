import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {isBusy} from './database.js';

export interface FolderLock {
  release(): void;
}

/**
 * Keeps a second shard out of the folder, whose index would not know of the first one's writes. SQLite's file lock is
 * borrowed for it: the system lets it go with the process, whatever end that comes to. Throws when it is taken.
 */
export function lockFolder(folder: string): FolderLock {
  const database = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new Error(`${folder} is in use by another cache shard`);
    throw error;
  }
  return {release: () => database.close()};
}
