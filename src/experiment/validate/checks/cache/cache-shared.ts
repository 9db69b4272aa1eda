import {randomUUID} from 'node:crypto';
import {SutraError} from '../../../../errors.js';
import {pollUntil} from '../../../../system/poll.js';
import {placeOnHost} from '../../../../topology/place.js';
import type {Plan} from '../../../../topology/plan-schema.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';
import {hasShard} from './cache-shard.js';

const writeBehindMs = 2_000;

/** What one replica computed, the others get from the shard. */
export const cacheShared: Check = {
  phase: 1,
  id: 'cache-shared',
  unit: 'from the cache',
  target: () => '= 1',
  appliesTo: (plan) => hasShard(plan) && cachingReplicas(plan).length > 1,
  async run({plan, system}) {
    const [first, second] = cachingReplicas(plan);
    if (first === undefined || second === undefined) throw new SutraError('STATE', 'only one replica has a cache');
    const texts = [`shared between replicas ${randomUUID()}`];
    const ask = async ({host, port}: {host: string; port: number}, keptSeconds: number) =>
      (await embed(`http://${host}:${port}`, {texts, cache_ttl_seconds: keptSeconds}, system.signal)).cachedCount;
    await ask(first, 60);
    // Asking with 0 seconds leaves nothing in the second replica's own memory.
    const look = async () => (await ask(second, 0)) || null;
    const {clock, signal} = system;
    const found = (await pollUntil(look, {clock, signal, withinMs: writeBehindMs})) ?? 0;
    return passIf(found === 1, found, `computed by ${first.name}, asked of ${second.name}`);
  },
};

function cachingReplicas(plan: Plan) {
  return placeOnHost(plan).filter(({service}) => service.cacheShard !== null);
}
