import {norm} from '../../../../stats/vectors.js';
import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

const tolerance = 1e-3;

export const unitNorm: Check = {
  phase: 0,
  id: 'unit-norm',
  unit: 'length',
  target: () => `<= ${tolerance}`,
  async run({plan, system}) {
    const texts = ['one', 'a somewhat longer text about nothing in particular', 'x'.repeat(300)];
    const {embeddings} = await embed(plan.urls.api, {texts}, system.signal);
    const worst = Math.max(...embeddings.map((vector) => Math.abs(norm(vector) - 1)));
    return passIf(
      worst <= tolerance,
      Number(worst.toExponential(2)),
      `deviation from norm 1, worst of ${embeddings.length} vectors`,
    );
  },
};
