import {cacheStats} from '../../../../client/cache-api.js';
import {type Check, passIf} from '../../check.js';

export const cacheOn: Check = {
  phase: 1,
  id: 'cache-on',
  unit: 'enabled',
  target: () => '= true',
  async run({plan, system}) {
    const {enabled} = await cacheStats(plan.urls.api, system.signal);
    return passIf(enabled, String(enabled), `as ${plan.urls.api}/cache/stats says`);
  },
};
