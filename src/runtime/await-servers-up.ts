import {SutraError} from '../errors.js';
import {haproxyStats} from '../system/haproxy-stats.js';
import type {System} from '../system/system.js';
import {balancedReplicas} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';
import {recoveryMs, timingProfiles} from '../topology/timing.js';

const pollMs = 100;

/** Returns when the load balancer sends traffic to every replica wanted: it takes a healthy one back only after its own checks. */
export async function awaitServersUp(
  plan: Plan,
  {clock, signal}: Pick<System, 'clock' | 'signal'>,
  wanted = balancedReplicas(plan),
): Promise<void> {
  const {urls, loadBalancer} = plan;
  if (urls.stats === null || loadBalancer === null) return;
  const deadlineMs = clock.nowMs() + recoveryMs(timingProfiles[loadBalancer.timing]) + 15_000;
  for (;;) {
    const up = new Set(
      (await haproxyStats(urls.stats, signal)).filter(({status}) => status === 'UP').map(({server}) => server),
    );
    const missing = wanted.filter((name) => !up.has(name));
    if (missing.length === 0) return;
    if (clock.nowMs() > deadlineMs) {
      throw new SutraError('START_FAILED', `healthy, but not taken up by the load balancer: ${missing.join(', ')}`, {
        cure: [`look at ${urls.stats}`, `sutra logs ${loadBalancer.name}`],
      });
    }
    await clock.sleep(pollMs, signal);
  }
}
