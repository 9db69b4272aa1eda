import {type L2Verified, l2Ops} from '@sutra/contract/l2-protocol';
import {callShard} from '../client/cache-shard.js';
import {shardAccess} from '../client/shard-access.js';
import type {System} from '../system/system.js';
import {shardOfStack} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';

/** Reading every record of a full shard takes a while. */
const verifyTimeoutMs = 600_000;

/** Holds every record of the stack's cache shard to its checksum; bad ones are removed. Throws STATE where there is none. */
export async function verifyShard(plan: Plan, system: System): Promise<L2Verified> {
  const {signal} = system;
  const access = await shardAccess(system, shardOfStack(plan));
  return await callShard({...access, op: l2Ops.verify, body: null, timeoutMs: verifyTimeoutMs, signal});
}
