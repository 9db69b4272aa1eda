import {setTimeout as sleep} from 'node:timers/promises';
import type {StackReport} from '../../src/stack/stack-report.js';
import {serversOf} from './kill.js';
import {type LoadResult, openLoop} from './load.js';
import type {Run} from './stack.js';

export interface SeveralKills {
  /** Names of the replicas, each with the time of its signal after the first one, in milliseconds. */
  victims: Record<string, number>;
  signal: 'SIGKILL' | 'SIGTERM';
  sizeBytes: number;
  ratePerSecond: number;
}

export interface SeveralKillsReport {
  /** What the clients saw from 1 s before the first signal to 5 s after it. */
  load: LoadResult;
  /** The smallest share that a victim has afterwards, of an equal share of its backend: 1 is equal. */
  leastShare: number;
}

/** Of either runtime. */
interface RunningStack {
  report: StackReport;
  run(args: string[]): Promise<Run>;
}

const beforeKillMs = 1_000;
const loadMs = 6_000;
const shareLoadMs = 3_000;
const backDeadlineMs = 120_000;
const pollMs = 500;

/** Signals several replicas in the middle of a load on the public API and waits until all do their share again. */
export async function killSeveral(
  stack: RunningStack,
  {victims, signal, sizeBytes, ratePerSecond}: SeveralKills,
): Promise<SeveralKillsReport> {
  const target = {url: stack.report.urls.api, sizeBytes, ratePerSecond};
  const before = await pidsOf(stack);
  const loading = openLoop({...target, durationMs: loadMs});
  await sleep(beforeKillMs);
  const signals = Object.entries(victims).map(async ([name, afterMs]) => {
    if (afterMs > 0) await sleep(afterMs);
    process.kill(pidOf(before, name), signal);
  });
  await Promise.all(signals);
  const load = await loading;
  await awaitAllBack(stack, Object.keys(victims), before);
  const servers = await serversOf(stack.report);
  await openLoop({...target, durationMs: shareLoadMs});
  const gained = new Map(
    (await serversOf(stack.report)).map(({backend, server, sessions}, at) => [
      server,
      {backend, count: sessions - (servers[at]?.sessions ?? Number.NaN)},
    ]),
  );
  return {load, leastShare: Math.min(...Object.keys(victims).map((name) => shareOf(name, gained)))};
}

function shareOf(name: string, gained: Map<string, {backend: string; count: number}>): number {
  const own = gained.get(name);
  const peers = [...gained.values()].filter(({backend}) => backend === own?.backend);
  const mean = peers.reduce((sum, {count}) => sum + count, 0) / peers.length;
  return (own?.count ?? Number.NaN) / mean;
}

/** Resolves when every victim is another process and the load balancer sends work to all replicas. */
async function awaitAllBack(stack: RunningStack, victims: string[], before: Map<string, number>): Promise<void> {
  const untilMs = performance.now() + backDeadlineMs;
  while (performance.now() < untilMs) {
    const up = (await serversOf(stack.report)).every(({status}) => status === 'UP');
    if (up) {
      const now = await pidsOf(stack);
      if (victims.every((name) => now.has(name) && now.get(name) !== before.get(name))) return;
    }
    await sleep(pollMs);
  }
  throw new Error(`${victims.join(', ')} did not come back within ${backDeadlineMs / 1_000} s`);
}

async function pidsOf(stack: RunningStack): Promise<Map<string, number>> {
  const {json, stderr} = await stack.run(['status', '--json']);
  if (json === undefined) throw new Error(`status printed no JSON: ${stderr}`);
  return new Map((json as StackReport).services.flatMap(({name, pid}) => (pid === null ? [] : [[name, pid] as const])));
}

function pidOf(pids: Map<string, number>, name: string): number {
  const pid = pids.get(name);
  if (pid === undefined) throw new Error(`${name} has no process`);
  return pid;
}
