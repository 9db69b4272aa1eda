import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {replaceableBy} from '../files/replaceable.js';
import {userCacheFolder} from '../folders/home-folder.js';

/**
 * Where Node keeps what V8 compiles from one start to the next, in the user's cache folder; what lies there is run. Null
 * where others could replace the folder, or it cannot be made. Root with another user's home makes nothing there.
 */
export function compiledCodeFolder(): string | null {
  const folder = join(userCacheFolder(process.env), 'sutra', 'compiled');
  const isOurs = () => replaceableBy(folder, {base: '/', group: false}) === null;
  if (!isOurs()) return null;
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
  } catch {
    // A read-only home: nothing is kept.
    return null;
  }
  // Now that it is there, what its links lead to was looked at as well.
  return isOurs() ? folder : null;
}
