import {setTimeout as sleep} from 'node:timers/promises';
import type {ServiceReport, StackReport} from '../../src/stack/stack-report.js';
import {haproxyStats} from '../../src/system/haproxy-stats.js';
import type {ComposeStack} from './compose-stack.js';

const backDeadlineMs = 90_000;
const pollMs = 250;

/** Host pid of the service in a container, below the container's own init. Signals to it are what a crash looks like. */
export async function pidOf(stack: ComposeStack, name: string): Promise<number> {
  const {pid} = await serviceOf(stack, name);
  if (pid === null) throw new Error(`${name} has no process`);
  return pid;
}

/** Returns when the load balancer sends work to another process than `pid`. Throws when that never happens. */
export async function awaitReplaced(stack: ComposeStack, name: string, pid: number): Promise<void> {
  const untilMs = performance.now() + backDeadlineMs;
  while (performance.now() < untilMs) {
    await sleep(pollMs);
    const servers = await haproxyStats(stack.report.urls.stats ?? '', AbortSignal.timeout(5_000));
    const isUp = servers.some(({server, status}) => server === name && status === 'UP');
    const now = await serviceOf(stack, name);
    if (isUp && now.pid !== null && now.pid !== pid && now.state === 'healthy') return;
  }
  throw new Error(`${name} did not come back within ${backDeadlineMs / 1_000} s`);
}

async function serviceOf(stack: ComposeStack, name: string): Promise<ServiceReport> {
  const {json} = await stack.run(['status', '--json']);
  const service = (json as StackReport).services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`status knows no ${name}`);
  return service;
}
