import type Docker from 'dockerode';
import {z} from 'zod';
import {SutraError} from '../../errors.js';
import {configDigestPath} from '../../render/compose/compose.js';
import {requestJson} from '../../system/http/http-json.js';
import {pollUntil} from '../../system/poll.js';
import type {System} from '../../system/system.js';
import type {LoadBalancer} from '../../topology/plan-schema.js';
import {lastLogLines} from './containers/container-logs.js';

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
  let running = await runningConfig(balancer, signal);
  if (running.digest === digest) return;
  await container.kill({signal: 'SIGUSR2'});
  const look = async () => {
    running = await runningConfig(balancer, signal);
    return running.digest === digest ? true : null;
  };
  if (await pollUntil(look, {clock: system.clock, signal, withinMs: takeOverMs})) return;
  const lines = await lastLogLines(container, 10);
  const message = `${balancer.name} did not load its new configuration (${running.found}); its last lines:`;
  throw new SutraError('START_FAILED', [message, ...lines].join('\n'), {cure: `sutra logs ${balancer.name}`});
}

/** What HAProxy says it runs; `digest` is null when it does not say. */
async function runningConfig(
  {statsPort}: LoadBalancer,
  signal: AbortSignal,
): Promise<{digest: string | null; found: string}> {
  try {
    const url = `http://127.0.0.1:${statsPort}${configDigestPath}`;
    const {body, status} = await requestJson(url, {schema: z.object({digest: z.string()}), timeoutMs: 2_000, signal});
    return body === null
      ? {digest: null, found: `${url} answered ${status}`}
      : {digest: body.digest, found: 'it still runs the previous one'};
  } catch (error) {
    if (error instanceof SutraError) return {digest: null, found: error.message};
    throw error;
  }
}
