import {type Check, passIf} from '../../check.js';
import {embed} from '../../embed-call.js';

export const dimensionServed: Check = {
  phase: 0,
  id: 'dimension-served',
  unit: 'numbers',
  target: ({plan}) => `= ${plan.dimension}`,
  async run({plan, system}) {
    const {embeddings} = await embed(plan.urls.api, {texts: ['dimension check']}, system.signal);
    const width = embeddings[0]?.length ?? 0;
    return passIf(width === plan.dimension, width, `a request that names no dimension got ${width} numbers`);
  },
};
