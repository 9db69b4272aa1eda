import {type L2Verified, l2Ops} from '@sutra/contract/l2-protocol';
import {SutraError} from '../errors.js';
import {callShard} from '../system/cache-shard.js';
import type {System} from '../system/system.js';
import {cacheShardAddress} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';

/** Reading every record of a full shard takes a while. */
const verifyTimeoutMs = 600_000;

/** Holds every record of the stack's cache shard to its checksum; bad ones are removed. Throws STATE where there is none. */
export function verifyShard(plan: Plan, {signal}: System): Promise<L2Verified> {
  return callShard({...shardAddress(plan), op: l2Ops.verify, body: null, timeoutMs: verifyTimeoutMs, signal});
}

function shardAddress(plan: Plan): {host: string; port: number} {
  const asking = plan.services.find(({cacheShard}) => cacheShard !== null);
  const address = asking === undefined ? null : cacheShardAddress(asking, plan);
  if (address !== null) return address;
  throw new SutraError(
    'STATE',
    `topology ${plan.shape} with the cache ${plan.cache.enabled ? 'on' : 'off'} has no cache shard`,
    {
      cure: 'sutra deploy --cache --edition simple, community or enterprise has one',
    },
  );
}
