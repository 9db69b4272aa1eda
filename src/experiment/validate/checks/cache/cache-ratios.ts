import {cacheStats} from '../../../../client/cache-api.js';
import {type Check, passIf} from '../../check.js';

const tolerance = 1e-9;

export const cacheRatios: Check = {
  phase: 1,
  id: 'cache-ratios',
  unit: 'difference',
  target: () => `<= ${tolerance}`,
  async run({plan, system}) {
    const stats = await cacheStats(plan.urls.api, system.signal);
    const total = stats.total_requests;
    const share = (count: number) => (total === 0 ? 0 : count / total);
    const worst = Math.max(
      Math.abs(stats.l1_hit_rate - share(stats.l1_hits)),
      Math.abs(stats.l2_hit_rate - share(stats.l2_hits)),
      Math.abs(stats.combined_hit_rate - share(stats.l1_hits + stats.l2_hits)),
    );
    const counts = `${stats.l1_hits} L1 and ${stats.l2_hits} L2 hits of ${total}: ${(100 * stats.combined_hit_rate).toFixed(1)} %`;
    const {requests: tests = 0} = stats.tests ?? {};
    const reason = `clients: ${counts}; ${tests} of sutra's own commands are counted apart`;
    return passIf(worst <= tolerance && total + tests > 0, Number(worst.toExponential(1)), reason);
  },
};
