import {timeHitAndMiss} from '../../time-hit-and-miss.js';
import {type Check, passIf} from '../check.js';

/** The earlier validator's: a hit within 10 ms, and more than five times as fast as a miss. */
const hitMs = 10;
const fasterBy = 5;

export const cacheSpeed: Check = {
  phase: 1,
  id: 'cache-speed',
  unit: 'ms',
  target: () => `<= ${hitMs}, and ${fasterBy}x`,
  async run({plan, system}) {
    const {hitMs: hit, missMs: miss} = await timeHitAndMiss(plan.urls.api, system.signal);
    const good = hit <= hitMs && miss >= fasterBy * hit;
    return passIf(
      good,
      Number(hit.toFixed(1)),
      `a hit; a miss takes ${miss.toFixed(0)} ms, ${(miss / hit).toFixed(0)} times as long`,
    );
  },
};
