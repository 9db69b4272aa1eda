import {mkdirSync} from 'node:fs';
import {enableCompileCache} from 'node:module';
import {join} from 'node:path';
import {userCacheFolder} from '../system/home-folder.js';
import {replaceableBy} from '../system/replaceable.js';

/**
 * Keeps what V8 compiles from one command to the next, in the user's cache folder; what lies there is run. Where others
 * could replace the folder, or it cannot be made, nothing is kept. Root with another user's home makes nothing there.
 */
export function keepCompiledCode(): void {
  const folder = join(userCacheFolder(process.env), 'sutra', 'compiled');
  const isOurs = () => replaceableBy(folder, {base: '/', group: false}) === null;
  if (!isOurs()) return;
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
  } catch {
    // A read-only home: the command runs without.
    return;
  }
  // Now that it is there, what its links lead to was looked at as well.
  if (isOurs()) enableCompileCache(folder);
}
