import {timeHitAndMiss} from '../../../time-hit-and-miss.js';
import {type Check, passIf} from '../../check.js';

/**
 * The earlier validator's: a hit within 10 ms, and more than five times as fast as a miss. The second follows from the
 * first where a miss takes 50 ms or more; of a model that is faster it would say little, and noise decides it.
 */
const hitMs = 10;

export const cacheSpeed: Check = {
  phase: 1,
  id: 'cache-speed',
  unit: 'ms',
  target: () => `<= ${hitMs}, < a miss`,
  async run({plan, system}) {
    const {hitMs: hit, missMs: miss} = await timeHitAndMiss(plan.urls.api, system.signal);
    const good = hit <= hitMs && hit < miss;
    return passIf(
      good,
      Number(hit.toFixed(1)),
      `a hit; a miss takes ${miss.toFixed(0)} ms, ${(miss / hit).toFixed(1)} times as long`,
    );
  },
};
