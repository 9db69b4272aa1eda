import {rm} from 'node:fs/promises';
import {newCacheSecret} from '@sutra/contract/l2-secret';
import {setAsideUnless} from '../../system/files/own-files.js';
import {cacheSecretFile, deployedCacheSecret} from '../../system/folders/cache-secret.js';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import type {System} from '../../system/system.js';
import {type AskedCacheSecret, cacheSecretVariable, parseCacheSecret} from '../../topology/cache-secret.js';
import {hasOwnShard} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {writeSecret} from './write-secret.js';

/** What `SUTRA_CACHE_SECRET` asks for where the plan has a cache shard. Throws USAGE. */
export function askedCacheSecret({env}: Pick<System, 'env'>, plan: Plan): AskedCacheSecret {
  return hasShard(plan) ? parseCacheSecret(env[cacheSecretVariable], hasOwnShard(plan)) : {state: 'unset'};
}

/**
 * Writes the secret that the cache shard of the plan asks for: the one that is asked for, else the one that is there,
 * else, for the stack's own shard, a new one.
 */
export async function writeCacheSecret(
  system: Pick<System, 'cwd'>,
  plan: Plan,
  asked: AskedCacheSecret,
): Promise<void> {
  if (!hasShard(plan)) return;
  const own = hasOwnShard(plan);
  const state = stateFolderOf(system);
  const path = cacheSecretFile(state, own);
  setAsideUnless('a file', path);
  if (asked.state === 'off') return await rm(path, {force: true});
  const secret = asked.state === 'given' ? asked.secret : await keptSecret(state, own);
  if (secret !== null) await writeSecret(path, `${secret}\n`);
}

/** Removes the secret of a shard that no service of the plan asks any more. */
export async function dropUnusedCacheSecrets(system: Pick<System, 'cwd'>, plan: Plan): Promise<void> {
  const {cacheSecret, externalCacheSecret} = secretFilesOf(stateFolderOf(system));
  if (!hasOwnShard(plan)) await rm(cacheSecret, {force: true});
  if (hasOwnShard(plan) || !hasShard(plan)) await rm(externalCacheSecret, {force: true});
}

async function keptSecret(state: string, own: boolean): Promise<string | null> {
  if (!own) return await deployedCacheSecret(state, own);
  // One that is empty or cut would keep every deployment from starting.
  return (await deployedCacheSecret(state, own).catch(() => null)) ?? newCacheSecret();
}

function hasShard({services}: Plan): boolean {
  return services.some(({cacheShard}) => cacheShard !== null);
}
