import {haproxyStats} from '../client/haproxy-stats.js';
import {SutraError} from '../errors.js';
import {pollUntil} from '../system/poll.js';
import type {System} from '../system/system.js';
import {balancedReplicas} from '../topology/place.js';
import type {Plan} from '../topology/plan-schema.js';
import {recoveryMs, timingProfiles} from '../topology/timing.js';

/** What its checks may take beyond their own timing. */
const slackMs = 15_000;

/** Returns when the load balancer sends traffic to every replica wanted: it takes a healthy one back only after its own checks. */
export async function awaitServersUp(plan: Plan, {clock, signal}: Pick<System, 'clock' | 'signal'>): Promise<void> {
  const wanted = balancedReplicas(plan);
  const {urls, loadBalancer} = plan;
  if (urls.stats === null || loadBalancer === null) return;
  const withinMs = recoveryMs(timingProfiles[loadBalancer.timing]) + slackMs;
  let problem = '';
  const look = async () => {
    const up = await serversUp(urls.stats ?? '', signal);
    const missing = up instanceof Set ? wanted.filter((name) => !up.has(name)) : wanted;
    problem = up instanceof Set ? `healthy, but not UP in the load balancer: ${missing.join(', ')}` : up;
    return missing.length === 0 ? true : null;
  };
  if (await pollUntil(look, {clock, signal, withinMs})) return;
  throw new SutraError('START_FAILED', problem, {
    cure: [`see ${urls.stats}`, `sutra logs ${loadBalancer.name}`],
  });
}

/** Names of the servers that are up; a text where the statistics page does not tell. */
async function serversUp(statsUrl: string, signal: AbortSignal): Promise<Set<string> | string> {
  try {
    const servers = await haproxyStats(statsUrl, signal);
    return new Set(servers.filter(({status}) => status === 'UP').map(({server}) => server));
  } catch (error) {
    // A load balancer that was just started, or reloads, may not answer yet.
    if (error instanceof SutraError && error.code === 'NETWORK')
      return `the load balancer's statistics: ${error.message}`;
    throw error;
  }
}
