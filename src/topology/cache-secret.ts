import {newCacheSecret, readCacheSecret} from '@sutra/contract/l2-secret';
import {SutraError} from '../errors.js';

export const cacheSecretVariable = 'SUTRA_CACHE_SECRET';

/** What `SUTRA_CACHE_SECRET` asks for. `off`: the shard is one of the operator's, and asks for none. */
export type AskedCacheSecret = {state: 'unset' | 'off'} | {state: 'given'; secret: string};

/**
 * Reads `SUTRA_CACHE_SECRET`: a secret, `new` for one that nobody has seen, or `off`. `ownShard`: the stack runs the
 * shard itself, which always asks for a secret. Throws USAGE; no message ever holds the secret.
 */
export function parseCacheSecret(text: string | undefined, ownShard: boolean): AskedCacheSecret {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return {state: 'unset'};
  if (trimmed === 'off') {
    if (ownShard) throw unusable('off: the cache shard of the stack always requires its secret');
    return {state: 'off'};
  }
  if (trimmed === 'new') {
    if (!ownShard) throw unusable('new: a shard that runs elsewhere already has its secret');
    return {state: 'given', secret: newCacheSecret()};
  }
  try {
    return {state: 'given', secret: readCacheSecret(trimmed)};
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

function unusable(reason: string): SutraError {
  return new SutraError('USAGE', `${cacheSecretVariable}: ${reason}`, {
    cure: [
      `unset ${cacheSecretVariable}: the secret stays as it is`,
      `export ${cacheSecretVariable}=$(openssl rand -hex 32)`,
    ],
  });
}
