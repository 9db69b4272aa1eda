import {randomUUID} from 'node:crypto';
import {largestDifference} from '../../../../stats/vectors.js';
import {roleTraits} from '../../../../topology/traits/role-traits.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

const keptSeconds = 60;

export const cacheHit: Check = {
  phase: 1,
  id: 'cache-hit',
  unit: 'of 2 from the cache',
  target: () => '= 2',
  async run({plan, system}) {
    const texts = [`cache check ${randomUUID()}`, `cache check ${randomUUID()}`];
    const [replica] = plan.services.filter(({role}) => roleTraits[role].servesClients);
    const url = `http://127.0.0.1:${replica?.firstHostPort}`;
    const first = await embed(url, {texts, cache_ttl_seconds: keptSeconds}, system.signal);
    const second = await embed(url, {texts, cache_ttl_seconds: keptSeconds}, system.signal);
    const differences = second.embeddings.map((vector, index) =>
      largestDifference(vector, first.embeddings[index] ?? []),
    );
    const same = Math.max(...differences) <= 1e-6;
    const good = first.cachedCount === 0 && second.cachedCount === 2 && same;
    return passIf(
      good,
      second.cachedCount,
      `two new texts, asked twice: ${first.cachedCount} then ${second.cachedCount}, ${same ? 'the same vectors' : 'other vectors'}`,
    );
  },
};
