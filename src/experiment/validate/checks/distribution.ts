import {type Check, passIf} from '../check.js';
import {statsUrlOf} from '../stats-url.js';

/** Of the fair share: a third may be 25 to 42 %. */
const leastOfFair = 0.75;
const mostOfFair = 1.26;

export const distribution: Check = {
  phase: 2,
  id: 'distribution',
  unit: '% of requests',
  target: ({plan}) => {
    const fair = 100 / replicasThatCompute(plan.services);
    return `${Math.round(fair * leastOfFair)} to ${Math.round(fair * mostOfFair)}`;
  },
  async run(stack) {
    statsUrlOf(stack.plan);
    const {sessions} = await stack.loadSample();
    const counts = Object.entries(sessions);
    if (counts.some(([, count]) => count < 0)) {
      const reason = 'the load balancer was reloaded meanwhile: its counters began anew';
      return {measured: null, verdict: 'unknown', reason};
    }
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const fair = total / counts.length;
    const shares = counts.map(([name, count]) => `${name} ${((100 * count) / total).toFixed(1)} %`);
    const good = total > 0 && counts.every(([, count]) => count >= leastOfFair * fair && count <= mostOfFair * fair);
    const percents = counts.map(([, count]) => (100 * count) / total);
    const measured = `${Math.min(...percents).toFixed(1)} to ${Math.max(...percents).toFixed(1)}`;
    return passIf(good, total === 0 ? null : measured, shares.join(', '));
  },
};

function replicasThatCompute(services: {workers: number; replicas: string[]}[]): number {
  return services.filter(({workers}) => workers > 0).flatMap(({replicas}) => replicas).length;
}
