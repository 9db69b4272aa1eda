import {newCacheSecret} from '@sutra/contract/l2-secret';
import {openShard, type ShardAddress} from '../../../../client/cache-shard.js';
import {shardAccess} from '../../../../client/shard-access.js';
import {SutraError} from '../../../../errors.js';
import {shardOfStack} from '../../../../topology/place.js';
import {type Check, passIf} from '../../check.js';
import {hasShard} from '../cache/cache-shard.js';

/** Who reaches the shard's port and does not know the secret can neither read, nor fill, nor clear the cache. */
export const cacheShardSecret: Check = {
  phase: 'security',
  id: 'cache-shard-secret',
  unit: 'without, wrong, right secret',
  target: () => 'refused, refused, served',
  appliesTo: hasShard,
  async run({plan, system}) {
    const place = shardOfStack(plan);
    const right = await shardAccess(system, place);
    const where = `the cache shard at ${place.host}:${place.port}`;
    const anonymous = await answerTo({...right, secret: null}, system.signal);
    if (right.secret === null) {
      return passIf(false, anonymous, `${where} has no secret: set SUTRA_CACHE_SECRET to the one it asks for`);
    }
    const wrong = await answerTo({...right, secret: newCacheSecret()}, system.signal);
    const measured = [anonymous, wrong, await answerTo(right, system.signal)].join(', ');
    return passIf(measured === 'refused, refused, served', measured, `${where}, with the three secrets`);
  },
};

/** Throws NETWORK where nothing answers: then nothing is known. */
async function answerTo(address: ShardAddress, signal: AbortSignal): Promise<'served' | 'refused'> {
  try {
    using _session = await openShard(address, signal);
    return 'served';
  } catch (error) {
    if (error instanceof SutraError && error.code === 'PERMISSION') return 'refused';
    throw error;
  }
}
