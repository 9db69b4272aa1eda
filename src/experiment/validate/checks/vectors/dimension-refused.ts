import {type Check, passIf} from '../../check.js';
import {embedStatus} from '../../embed-call.js';

const notOffered = 100;

export const dimensionRefused: Check = {
  phase: 0,
  id: 'dimension-refused',
  unit: 'HTTP status',
  target: () => '= 422',
  async run({plan, system}) {
    const {status} = await embedStatus(plan.urls.api, {texts: ['refused'], dimension: notOffered}, system.signal);
    return passIf(status === 422, status, `dimension ${notOffered}, which the model does not offer`);
  },
};
