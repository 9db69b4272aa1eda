import {type Check, passIf} from '../../check.js';
import {prefixDifference} from '../../prefix-difference.js';

const tolerance = 1e-6;

export const matryoshkaPrefix: Check = {
  phase: 0,
  id: 'matryoshka-prefix',
  unit: 'difference',
  target: () => `<= ${tolerance}`,
  async run(stack) {
    const texts = ['Every shorter vector is the beginning of the longer one.'];
    const worst = await prefixDifference(stack, {texts});
    const dimensions = stack.plan.model.dimensions.join(', ');
    return passIf(
      worst <= tolerance,
      Number(worst.toExponential(2)),
      `components at ${dimensions} against the full vector's`,
    );
  },
};
