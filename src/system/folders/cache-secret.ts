import {cacheSecretId, readCacheSecret} from '@sutra/contract/l2-secret';
import {SutraError} from '../../errors.js';
import {readTextIfThere} from '../files/files.js';
import {secretFilesOf} from './secrets-folder.js';

/** `own`: of the stack's cache shard, else of one that the operator runs elsewhere. */
export function cacheSecretFile(stateFolder: string, own: boolean): string {
  const {cacheSecret, externalCacheSecret} = secretFilesOf(stateFolder);
  return own ? cacheSecret : externalCacheSecret;
}

/** The secret that was deployed; null where there is none. Throws STATE for a file that holds none, PERMISSION. */
export async function deployedCacheSecret(stateFolder: string, own: boolean): Promise<string | null> {
  const path = cacheSecretFile(stateFolder, own);
  try {
    const text = await readTextIfThere(path);
    return text === null ? null : readCacheSecret(text);
  } catch (error) {
    const code = error instanceof RangeError ? 'STATE' : 'PERMISSION';
    throw new SutraError(code, `${path} cannot be used: ${error instanceof Error ? error.message : error}`, {
      cure: `remove ${path}, then sutra deploy`,
      cause: error,
    });
  }
}

/** Names the secret that was deployed without telling it; null where there is none that can be used. */
export async function deployedCacheSecretId(stateFolder: string, own: boolean): Promise<string | null> {
  const secret = await deployedCacheSecret(stateFolder, own).catch(() => null);
  return secret === null ? null : cacheSecretId(secret);
}
