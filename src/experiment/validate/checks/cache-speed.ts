import {randomUUID} from 'node:crypto';
import {median} from '../../../stats/quantile.js';
import {type Check, passIf} from '../check.js';
import {type EmbedBody, embed} from '../embed-call.js';

const samples = 7;
/** The earlier validator's: a hit within 10 ms, and more than five times as fast as a miss. */
const hitMs = 10;
const fasterBy = 5;

export const cacheSpeed: Check = {
  phase: 1,
  id: 'cache-speed',
  unit: 'ms',
  target: () => `<= ${hitMs}, and ${fasterBy}x`,
  async run({plan, system}) {
    const run = randomUUID();
    const texts = Array.from(
      {length: samples},
      (_, index) => `cache speed ${run} ${index} ${'of a sentence '.repeat(4)}`,
    );
    const timed = async (body: EmbedBody) => {
      const start = performance.now();
      await embed(plan.urls.api, {...body, cache_ttl_seconds: 60}, system.signal);
      return performance.now() - start;
    };
    const misses: number[] = [];
    for (const text of texts) misses.push(await timed({texts: [text]}));
    // Twice, since the second request may meet another replica, which then has it too.
    for (const text of [...texts, ...texts]) await timed({texts: [text]});
    const hits: number[] = [];
    for (const text of texts) hits.push(await timed({texts: [text]}));
    const [miss, hit] = [median(misses), median(hits)];
    const good = hit <= hitMs && miss >= fasterBy * hit;
    return passIf(
      good,
      Number(hit.toFixed(1)),
      `a hit; a miss takes ${miss.toFixed(0)} ms, ${(miss / hit).toFixed(0)} times as long`,
    );
  },
};
