import {randomUUID} from 'node:crypto';
import {largestDifference, unitPrefix} from '../../../stats/vectors.js';
import {type Check, passIf} from '../check.js';
import {embed} from '../embed-call.js';

const tolerance = 1e-6;

/** An earlier cache kept vectors without their dimension, and served the old length after a change. */
export const cacheDimensions: Check = {
  phase: 1,
  id: 'cache-dimensions',
  unit: 'difference',
  target: () => `<= ${tolerance}`,
  async run({plan, system}) {
    const texts = [`every dimension from one cached vector ${randomUUID()}`];
    const ask = async (dimension: number) => {
      const {embeddings} = await embed(plan.urls.api, {texts, dimension, cache_ttl_seconds: 60}, system.signal);
      return embeddings[0] ?? [];
    };
    const whole = await ask(plan.model.nativeDimension);
    let worst = 0;
    for (const dimension of plan.model.dimensions) {
      worst = Math.max(worst, largestDifference(await ask(dimension), unitPrefix(whole, dimension)));
    }
    return passIf(
      worst <= tolerance,
      Number(worst.toExponential(1)),
      `one cached text asked for at ${plan.model.dimensions.join(', ')}`,
    );
  },
};
