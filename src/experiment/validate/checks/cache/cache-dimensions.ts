import {randomUUID} from 'node:crypto';
import {type Check, passIf} from '../../check.js';
import {prefixDifference} from '../../prefix-difference.js';

const tolerance = 1e-6;

/** An earlier cache kept vectors without their dimension, and served the old length after a change. */
export const cacheDimensions: Check = {
  phase: 1,
  id: 'cache-dimensions',
  unit: 'difference',
  target: () => `<= ${tolerance}`,
  async run(stack) {
    const texts = [`every dimension from one cached vector ${randomUUID()}`];
    const worst = await prefixDifference(stack, {texts, cache_ttl_seconds: 60});
    const dimensions = stack.plan.model.dimensions.join(', ');
    return passIf(worst <= tolerance, Number(worst.toExponential(1)), `one cached text asked for at ${dimensions}`);
  },
};
