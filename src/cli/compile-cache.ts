import {mkdirSync, statSync} from 'node:fs';
import {enableCompileCache} from 'node:module';
import {join} from 'node:path';
import {userCacheFolder} from '../system/home-folder.js';
import {replaceableBy} from '../system/replaceable.js';

/**
 * Keeps what V8 compiles from one command to the next, in the user's cache folder; what lies there is run. Where the
 * folder belongs to somebody else, others could replace it, or it cannot be made, nothing is kept.
 */
export function keepCompiledCode(): void {
  const folder = join(userCacheFolder(process.env), 'sutra', 'compiled');
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    const isOwn = statSync(folder).uid === process.getuid?.();
    if (isOwn && replaceableBy(folder, {base: '/', group: false}) === null) enableCompileCache(folder);
  } catch {
    // A read-only home: the command runs without.
  }
}
