import {availableParallelism} from 'node:os';
import {SutraError} from '../../errors.js';
import {haproxyOpenFiles} from '../../render/haproxy/open-files.js';
import {livingSupervisor} from '../../runtime/process/ensure-supervisor.js';
import {stackFolder} from '../../runtime/stack-folder.js';
import {stateFolderOf} from '../../system/folders/state-folder.js';
import {type ResourceLimits, resourceLimits, threadsOfUser} from '../../system/process/resource-limits.js';
import type {System} from '../../system/system.js';
import type {Plan} from '../../topology/plan-schema.js';
import {runtimeTraits} from '../../topology/traits/runtime-traits.js';

/** A limit of this machine that is too low for a plan. */
export interface LowLimit {
  found: string;
  hint: string;
}

export interface MachineUse {
  cores: number;
  /** Threads that this user runs already. */
  threads: number;
}

/** Of one service: connections of clients, to the models and to the shard, and files. */
const serviceFiles = 1_024;
/** Threads of Node itself in one process; those of its workers are added. HAProxy has one a core. */
const nodeThreads = 12;

/** Returns the limits that are too low for services that run as processes. Containers have limits of their own. */
export function lowLimits(plan: Plan, limits: ResourceLimits, {cores, threads}: MachineUse): LowLimit[] {
  if (runtimeTraits[plan.runtime].isolates) return [];
  const files = Math.max(serviceFiles, haproxyOpenFiles(plan, cores));
  const more = threadsOf(plan, cores);
  const low: LowLimit[] = [];
  if (limits.openFiles < files) {
    const who = plan.loadBalancer === null ? 'a service' : 'HAProxy';
    low.push({
      found: `${limits.openFiles} open files are allowed (ulimit -n), and ${who} needs ${files}`,
      hint: `raise the hard limit to ${roundUp(files)}: nofile in /etc/security/limits.conf and a new login, or LimitNOFILE of the systemd unit`,
    });
  }
  if (limits.threads < threads + more) {
    low.push({
      found: `${limits.threads} threads are allowed (ulimit -u), ${threads} run, and the stack needs about ${more} more`,
      hint: `raise the limit to ${roundUp(threads + more)}: nproc in /etc/security/limits.conf and a new login, or LimitNPROC of the systemd unit`,
    });
  }
  return low;
}

/** The same of this machine now. A running stack's services get the limits of its supervisor, and its threads run already. */
export function lowLimitsHere(system: Pick<System, 'cwd'>, plan: Plan): LowLimit[] {
  const supervisor = livingSupervisor(stackFolder(stateFolderOf(system)));
  const limits = resourceLimits(supervisor?.pid);
  if (limits === null) return [];
  const known = supervisor === null ? limits : {...limits, threads: Number.POSITIVE_INFINITY};
  return lowLimits(plan, known, {cores: availableParallelism(), threads: threadsOfUser()});
}

/** Throws PERMISSION with every limit that is too low, before anything starts. */
export function refuseLowLimits(system: Pick<System, 'cwd'>, plan: Plan): void {
  const low = lowLimitsHere(system, plan);
  if (low.length === 0) return;
  throw new SutraError('PERMISSION', low.map(({found}) => found).join('; '), {
    cure: [...low.map(({hint}) => hint), 'sutra deploy --runtime compose: containers have limits of their own'],
  });
}

function threadsOf({services, loadBalancer}: Plan, cores: number): number {
  const supervisor = nodeThreads;
  const balancer = loadBalancer === null ? 0 : 1 + cores;
  return services.reduce(
    (sum, {replicas, workers, threadsPerWorker}) =>
      sum + replicas.length * (nodeThreads + workers * (1 + threadsPerWorker)),
    supervisor + balancer,
  );
}

/** To a power of two: `3159` → 4096. */
function roundUp(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
