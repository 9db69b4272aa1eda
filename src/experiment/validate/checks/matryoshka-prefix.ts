import {largestDifference, unitPrefix} from '../../../stats/vectors.js';
import {type Check, passIf} from '../check.js';
import {embed} from '../embed-call.js';

const tolerance = 1e-6;

export const matryoshkaPrefix: Check = {
  phase: 0,
  id: 'matryoshka-prefix',
  unit: 'difference',
  target: () => `<= ${tolerance}`,
  async run({plan, system}) {
    const texts = ['Every shorter vector is the beginning of the longer one.'];
    const ask = async (dimension: number) => {
      const {embeddings} = await embed(plan.urls.api, {texts, dimension}, system.signal);
      return embeddings[0] ?? [];
    };
    const whole = await ask(plan.model.nativeDimension);
    let worst = 0;
    for (const dimension of plan.model.dimensions) {
      worst = Math.max(worst, largestDifference(await ask(dimension), unitPrefix(whole, dimension)));
    }
    const dimensions = plan.model.dimensions.join(', ');
    return passIf(
      worst <= tolerance,
      Number(worst.toExponential(2)),
      `components at ${dimensions} against the full vector's`,
    );
  },
};
