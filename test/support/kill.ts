import {setTimeout as sleep} from 'node:timers/promises';
import {haproxyStats, type ServerStats} from '../../src/client/haproxy-stats.js';
import type {ServiceReport, StackReport} from '../../src/stack/stack-report.js';
import {type LoadResult, openLoop} from './load.js';
import type {Stack} from './stack.js';

export interface Kill {
  /** Name of the replica, `ml-base-2`. */
  victim: string;
  signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';
  sizeBytes: number;
  ratePerSecond: number;
}

export interface KillReport {
  /** What the clients saw from 2 s before the kill to 8 s after it. */
  load: LoadResult;
  /** The victim's process before and after. */
  pids: [before: number | null, after: number | null];
  restarts: number;
  /** From the kill to the load balancer's sending it nothing, and to its sending it work again; null: never seen out. */
  outAfterMs: number | null;
  backAfterMs: number;
  /** Of the sessions of its backend, under load, once it is back: 0 to 1. */
  shareAfter: number;
}

const beforeKillMs = 2_000;
const loadMs = 10_000;
const shareLoadMs = 4_000;
/** A process that stands still is restarted when it has not answered for 10 s, and then loads its model. */
const backDeadlineMs = 60_000;
const pollMs = 50;

/** Kills one replica in the middle of a load on the public API and waits until it does its share again. */
export async function killUnderLoad(
  stack: Stack,
  {victim, signal, sizeBytes, ratePerSecond}: Kill,
): Promise<KillReport> {
  const target = {url: stack.report.urls.api, sizeBytes, ratePerSecond};
  const before = await serviceOf(stack, victim);
  if (before.pid === null) throw new Error(`${victim} has no process`);
  const loading = openLoop({...target, durationMs: loadMs});
  await sleep(beforeKillMs);
  process.kill(before.pid, signal);
  const [load, seen] = await Promise.all([loading, watchReturn(stack, victim, before.pid)]);
  const countsBefore = await serversOf(stack.report);
  await openLoop({...target, durationMs: shareLoadMs});
  const after = await serviceOf(stack, victim);
  return {
    load,
    pids: [before.pid, after.pid],
    restarts: after.restarts - before.restarts,
    ...seen,
    shareAfter: shareOf(victim, countsBefore, await serversOf(stack.report)),
  };
}

/** Watches the load balancer until it sends work to a new process of the victim. Throws when that never happens. */
async function watchReturn(
  stack: Stack,
  victim: string,
  pid: number,
): Promise<Pick<KillReport, 'outAfterMs' | 'backAfterMs'>> {
  const startMs = performance.now();
  let outAfterMs: number | null = null;
  while (performance.now() - startMs < backDeadlineMs) {
    await sleep(pollMs);
    const status = (await serversOf(stack.report)).find(({server}) => server === victim)?.status ?? '';
    const atMs = Math.round(performance.now() - startMs);
    if (!status.startsWith('UP')) outAfterMs ??= atMs;
    const isBack = status === 'UP' && !isRunning(stack, victim, pid);
    if (isBack) return {outAfterMs, backAfterMs: atMs};
  }
  throw new Error(`${victim} did not come back within ${backDeadlineMs / 1_000} s`);
}

/** Whether `pid` is still the victim's process, and no newer one is there. */
function isRunning(stack: Stack, victim: string, pid: number): boolean {
  const pids = stack
    .processes()
    .flatMap(({leader, env, identity}) => (leader && env.SUTRA_INSTANCE === victim ? [identity.pid] : []));
  return pids.length === 0 || pids.includes(pid);
}

async function serviceOf(stack: Stack, name: string): Promise<ServiceReport> {
  const {json} = await stack.run(['status', '--json']);
  const service = (json as StackReport).services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`status knows no ${name}`);
  return service;
}

/** Every server line of the load balancer now. */
export function serversOf({urls}: StackReport): Promise<ServerStats[]> {
  return haproxyStats(urls.stats ?? '', AbortSignal.timeout(5_000));
}

function shareOf(victim: string, before: ServerStats[], after: ServerStats[]): number {
  const backend = after.find(({server}) => server === victim)?.backend;
  const gained = after
    .filter((row) => row.backend === backend)
    .map(({server, sessions}) => ({
      server,
      count:
        sessions - (before.find((row) => row.server === server && row.backend === backend)?.sessions ?? Number.NaN),
    }));
  const total = gained.reduce((sum, {count}) => sum + count, 0);
  return (gained.find(({server}) => server === victim)?.count ?? Number.NaN) / total;
}
