import {setTimeout as sleep} from 'node:timers/promises';
import {type Break, changed, reachedAt, tampered} from './break.js';
import {withVectors} from './tampering-proxy.js';

const slowHitMs = 15;

const first = 'embedding-service-1';
const shard = 'storage-cache-shard';

/** What can be wrong with the cache. */
export const cacheBreaks: Break[] = [
  {
    what: 'a replica has no cache',
    fails: ['cache-on', 'cache-hit', 'cache-shard', 'cache-shared', 'cache-ratios'],
    // A hit is a miss then: which of the two was faster is chance.
    mayFail: 'cache-speed',
    async apply(stack, healing) {
      await changed(stack, healing, {name: first, env: {SUTRA_CACHE_ENABLED: 'false'}});
      return reachedAt(stack, {api: stack.files.specs.find(({name}) => name === first)?.url ?? ''});
    },
  },
  {
    what: 'a hit takes 15 ms',
    fails: ['cache-speed'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        async with({forward}) {
          await sleep(slowHitMs);
          return await forward();
        },
      }),
  },
  {
    what: 'the cache keeps vectors without their dimension',
    fails: ['cache-dimensions'],
    apply(stack, healing) {
      const kept = new Map<string, number[]>();
      const firstSeen = withVectors((vector, {text, asked}) => {
        if (asked.cache_ttl_seconds === 0) return vector;
        kept.set(text, kept.get(text) ?? vector);
        return kept.get(text) ?? vector;
      });
      return tampered(stack, healing, {before: 'api', with: firstSeen});
    },
  },
  {
    what: 'the cache shard is stopped',
    fails: ['cache-shard', 'cache-shared', 'replicas-healthy'],
    async apply(stack, healing) {
      healing.defer(() => stack.reconcile(stack.files));
      await stack.runtime.stop(shard, stack.system.signal);
      return {};
    },
  },
  {
    what: 'the hit rates are not those of the counts',
    fails: ['cache-ratios'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        async with({path, forward}) {
          const answer = await forward();
          if (path !== '/cache/stats') return answer;
          const stats = JSON.parse(answer.text) as {combined_hit_rate: number};
          return {...answer, text: JSON.stringify({...stats, combined_hit_rate: stats.combined_hit_rate / 2 + 0.1})};
        },
      }),
  },
  {
    what: 'the cache shard serves without a secret',
    fails: ['cache-shard', 'cache-shared', 'cache-shard-secret'],
    async apply(stack, healing) {
      await changed(stack, healing, {name: shard, env: {SUTRA_CACHE_SECRET_FILE: null}});
      return {};
    },
  },
];
