import {readFileSync} from 'node:fs';
import {readCacheSecret} from '@sutra/contract/l2-secret';

/** The secret that the shard asks for; null where no file is named. Throws an error that names the file and the problem. */
export function readSecret(path: string | undefined): string | null {
  if (path === undefined) return null;
  try {
    return readCacheSecret(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the secret of the cache cannot be read from ${path}: ${reason}`);
  }
}
