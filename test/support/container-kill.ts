import {readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {haproxyStats} from '../../src/client/haproxy-stats.js';
import type {ServiceReport, StackReport} from '../../src/stack/stack-report.js';
import {type ComposeStack, docker} from './compose-stack.js';

const backDeadlineMs = 90_000;
const pollMs = 250;

/** Host pid of a container's init: SIGKILL to it is what a crash looks like. */
export async function pidOf(stack: ComposeStack, name: string): Promise<number> {
  const {pid} = await serviceOf(stack, name);
  if (pid === null) throw new Error(`${name} has no process`);
  return pid;
}

/** The one child of a container's init. */
export function serviceBelow(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

/** Returns when the load balancer sends work to another process than `pid`. Throws when that never happens. */
export async function awaitReplaced(stack: ComposeStack, name: string, pid: number): Promise<void> {
  const untilMs = performance.now() + backDeadlineMs;
  while (performance.now() < untilMs) {
    await sleep(pollMs);
    const servers = await haproxyStats(stack.report.urls.stats ?? '', AbortSignal.timeout(5_000));
    const isUp = servers.some(({server, status}) => server === name && status === 'UP');
    if (isUp && isHealthy(stack, name, pid)) return;
  }
  throw new Error(`${name} did not come back within ${backDeadlineMs / 1_000} s`);
}

/** Asked of the engine, which costs less than a status of ours: this runs beside a load. */
function isHealthy({project}: ComposeStack, name: string, before: number): boolean {
  const format = '{{.State.Pid}} {{.State.Health.Status}}';
  const [pid, health] = docker(['inspect', '--format', format, `${project}-${name}`])
    .trim()
    .split(' ');
  return pid !== '0' && pid !== String(before) && health === 'healthy';
}

async function serviceOf(stack: ComposeStack, name: string): Promise<ServiceReport> {
  const {json} = await stack.run(['status', '--json']);
  const service = (json as StackReport).services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`status knows no ${name}`);
  return service;
}
