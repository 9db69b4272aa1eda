import {randomUUID} from 'node:crypto';
import {l2Ops} from '@sutra/contract/l2-protocol';
import {callShard} from '../../../../client/cache-shard.js';
import {shardAccess} from '../../../../client/shard-access.js';
import {pollUntil} from '../../../../system/poll.js';
import {shardOfStack} from '../../../../topology/place.js';
import type {Plan} from '../../../../topology/plan-schema.js';
import {type Check, type Finding, failIfSilent, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';
import type {StackUnderTest} from '../../stack-under-test.js';

/** Vectors are written behind the answer. */
const writeBehindMs = 2_000;

export const cacheShard: Check = {
  phase: 1,
  id: 'cache-shard',
  unit: 'vectors stored',
  target: () => '>= 1',
  appliesTo: hasShard,
  run: (stack) => storeOne(stack).catch(failIfSilent),
};

async function storeOne(stack: StackUnderTest): Promise<Finding> {
  const {plan, system} = stack;
  const before = await storedVectors(stack);
  await embed(plan.urls.api, {texts: [`shard check ${randomUUID()}`], cache_ttl_seconds: 60}, system.signal);
  const look = async () => (await storedVectors(stack)) - before || null;
  const {clock, signal} = system;
  const stored = (await pollUntil(look, {clock, signal, withinMs: writeBehindMs})) ?? 0;
  return passIf(stored >= 1, stored, `a new text reached the shard within ${writeBehindMs / 1_000} s`);
}

export function hasShard({services}: Plan): boolean {
  return services.some((service) => service.cacheShard !== null);
}

async function storedVectors({plan, system}: StackUnderTest): Promise<number> {
  const stats = await callShard({
    ...(await shardAccess(system, shardOfStack(plan))),
    op: l2Ops.stats,
    body: null,
    timeoutMs: 5_000,
    signal: system.signal,
  });
  return stats.puts;
}
