import {randomUUID} from 'node:crypto';
import {haproxyStats} from '../../client/haproxy-stats.js';
import type {System} from '../../system/system.js';
import {computingServices} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {embedStatus} from './embed-call.js';

/** What a burst of requests showed. */
export interface LoadSample {
  sent: number;
  answered: number;
  /** Statuses and errors that were no answer, with their number. */
  failures: Record<string, number>;
  /** Sessions each replica of the inference backend got meanwhile. */
  sessions: Record<string, number>;
}

const requests = 300;
const concurrency = 10;

/** Sends 300 distinct short texts, ten at a time, to the door before the models and counts who got them. */
export async function takeLoadSample({plan, system}: {plan: Plan; system: System}): Promise<LoadSample> {
  const url = plan.urls.loadBalancer ?? plan.urls.api;
  const before = await sessionCounts(plan, system.signal);
  const sample: LoadSample = {sent: requests, answered: 0, failures: {}, sessions: {}};
  const run = randomUUID();
  let next = 0;
  const worker = async () => {
    while (next < requests) {
      next += 1;
      const outcome = await sendOne(url, `validate ${run} ${next}`, system.signal);
      if (outcome === 'answered') sample.answered += 1;
      else sample.failures[outcome] = (sample.failures[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({length: concurrency}, worker));
  const after = await sessionCounts(plan, system.signal);
  for (const [server, count] of after) sample.sessions[server] = count - (before.get(server) ?? 0);
  return sample;
}

async function sendOne(url: string, text: string, signal: AbortSignal): Promise<string> {
  try {
    const {status} = await embedStatus(url, {texts: [text]}, signal);
    return status === 200 ? 'answered' : `status ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

/** Only the backend that computes: in front of it the API's replicas have theirs. */
async function sessionCounts(plan: Plan, signal: AbortSignal): Promise<Map<string, number>> {
  if (plan.urls.stats === null) return new Map();
  const servers = await haproxyStats(plan.urls.stats, signal);
  const backends = computingServices(plan);
  const computing = servers.filter(({backend}) => backends.includes(backend));
  return new Map(computing.map(({server, sessions}) => [server, sessions]));
}
