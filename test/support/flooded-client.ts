import {setTimeout as sleep} from 'node:timers/promises';
import {Agent, request} from 'undici';

export interface SteadyResult {
  sent: number;
  answered: number;
  /** Of what was not answered with 200: a status or the code of an error, each with its number. */
  failures: Record<string, number>;
  /** Of all requests, from the moment each was due, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
}

export interface SteadyClient {
  origin: string;
  /** PEM of the stack's certificate; null: no TLS. */
  certificate: string | null;
  apiKey: string;
  ratePerSecond: number;
  /** How many at most. */
  requests: number;
}

const answerMs = 10_000;

/**
 * A well-behaved client beside a flood: requests at a fixed rate whatever comes back, each once, every second one on a
 * new connection, since a client that has just come must be let in too.
 */
export async function askSteadily(client: SteadyClient, over?: AbortSignal): Promise<SteadyResult> {
  const connect = client.certificate === null ? {} : {connect: {ca: client.certificate}};
  const kept = new Agent(connect);
  const latencies: number[] = [];
  const failures: Record<string, number> = {};
  const requests: Promise<void>[] = [];
  const startMs = performance.now();
  const send = async (dueMs: number, isNew: boolean) => {
    const agent = isNew ? new Agent({...connect, pipelining: 0}) : kept;
    const outcome = await ask(client, agent);
    latencies.push(performance.now() - dueMs);
    if (outcome !== 'status 200') failures[outcome] = (failures[outcome] ?? 0) + 1;
    if (isNew) await agent.destroy();
  };
  while (over?.aborted !== true && requests.length < client.requests) {
    const dueMs = startMs + (requests.length * 1_000) / client.ratePerSecond;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    requests.push(send(dueMs, requests.length % 2 === 1));
  }
  await Promise.all(requests);
  await kept.destroy();
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? Number.NaN;
  return {sent: requests.length, answered: requests.length - failed, failures, p50Ms: at(0.5), p99Ms: at(0.99)};
}

async function ask({origin, apiKey}: SteadyClient, dispatcher: Agent): Promise<string> {
  try {
    const reply = await request(`${origin}/embed`, {
      method: 'POST',
      body: '{"texts":["beside a flood"]}',
      headers: {authorization: `Bearer ${apiKey}`},
      dispatcher,
      signal: AbortSignal.timeout(answerMs),
    });
    await reply.body.dump();
    return `status ${reply.statusCode}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
