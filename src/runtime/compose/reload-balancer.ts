import type Docker from 'dockerode';
import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {configDigestPath} from '../../render/compose/compose.js';
import {requestJson} from '../../system/http-json.js';
import type {System} from '../../system/system.js';
import type {LoadBalancer} from '../../topology/plan-schema.js';
import {lastLogLines} from './container-logs.js';

const pollMs = 100;
const takeOverMs = 15_000;

export interface Reload {
  system: Pick<System, 'clock'>;
  container: Docker.Container;
  balancer: LoadBalancer;
  /** Of the configuration that lies in its folder. */
  digest: string;
  signal: AbortSignal;
}

/**
 * Has HAProxy take over the configuration that lies in its folder, without losing a connection: the master starts a new
 * worker and the old one finishes. Nothing happens when it runs that configuration already.
 */
export async function reloadBalancer({system, container, balancer, digest, signal}: Reload): Promise<void> {
  if ((await runningDigest(balancer, signal)) === digest) return;
  const deadlineMs = system.clock.nowMs() + takeOverMs;
  await container.kill({signal: 'SIGUSR2'});
  while ((await runningDigest(balancer, signal)) !== digest) {
    if (system.clock.nowMs() > deadlineMs) {
      const lines = await lastLogLines(container, 10);
      throw new SutraError(
        'START_FAILED',
        [`${balancer.name} did not take over its new configuration:`, ...lines].join('\n'),
        {
          cure: `sutra logs ${balancer.name}`,
        },
      );
    }
    await system.clock.sleep(pollMs, signal);
  }
}

/** What HAProxy says it runs; null when it does not answer. */
async function runningDigest({statsPort}: LoadBalancer, signal: AbortSignal): Promise<string | null> {
  try {
    const url = `http://127.0.0.1:${statsPort}${configDigestPath}`;
    const {body} = await requestJson(url, {schema: z.object({digest: z.string()}), timeoutMs: 2_000, signal});
    return body?.digest ?? null;
  } catch (error) {
    if (error instanceof SutraError) return null;
    throw error;
  }
}
