import type {InstanceStatus, StackStatus} from '../runtime/runtime.js';
import type {PlanChange} from '../topology/compare-plans.js';
import type {Plan} from '../topology/plan-schema.js';

/** A stack as `--json` tells it, the same for deploy and status. */
export interface StackReport {
  schemaVersion: 1;
  edition: string;
  topology: string;
  runtime: string;
  project: string;
  model: string;
  dimension: number;
  services: ServiceReport[];
  urls: Plan['urls'];
}

export interface ServiceReport {
  name: string;
  role: string;
  url: string;
  state: InstanceStatus['state'];
  pid: number | null;
  restarts: number;
  uptimeSeconds: number | null;
}

export function reportStack(plan: Plan, {instances}: StackStatus, nowMs: number): StackReport {
  return {
    schemaVersion: 1,
    edition: plan.edition,
    topology: plan.shape,
    runtime: plan.runtime,
    project: plan.project,
    model: plan.model.id,
    dimension: plan.dimension,
    services: instances.map((instance) => reportService(instance, nowMs)),
    urls: plan.urls,
  };
}

/** A stack as it is after a deployment, and what that changed. */
export interface DeployReport extends StackReport {
  changes: PlanChange[];
}

export function reportDeployed(
  plan: Plan,
  {status, changes}: {status: StackStatus; changes: PlanChange[]},
  nowMs: number,
): DeployReport {
  return {...reportStack(plan, status, nowMs), changes};
}

function reportService(
  {name, role, url, state, pid, restarts, startedAtMs}: InstanceStatus,
  nowMs: number,
): ServiceReport {
  const uptimeSeconds = startedAtMs === null ? null : Math.max(0, Math.round((nowMs - startedAtMs) / 1_000));
  return {name, role, url, state, pid, restarts, uptimeSeconds};
}
