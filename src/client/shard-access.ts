import {deployedCacheSecret} from '../system/folders/cache-secret.js';
import {stateFolderOf} from '../system/folders/state-folder.js';
import type {ShardAddress} from './cache-shard.js';

/** The address of a stack's cache shard with the secret that was deployed for it. Throws STATE, PERMISSION. */
export async function shardAccess(
  {cwd}: {cwd: string},
  {host, port, own}: {host: string; port: number; own: boolean},
): Promise<ShardAddress> {
  return {host, port, secret: await deployedCacheSecret(stateFolderOf({cwd}), own)};
}
