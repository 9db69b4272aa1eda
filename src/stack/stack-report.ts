import type {InstanceStatus, StackStatus} from '../runtime/runtime.js';
import type {PlanChange} from '../topology/compare-plans.js';
import type {Plan} from '../topology/plan-schema.js';

/** What a stack was deployed with, as `--json` tells it. */
export interface StackHead {
  edition: string;
  topology: string;
  runtime: string;
  project: string;
  model: string;
  dimension: number;
  urls: Plan['urls'];
}

/** A stack as `--json` tells it after a deployment. */
export interface StackReport extends StackHead {
  schemaVersion: 1;
  services: ServiceReport[];
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

export function reportHead(plan: Plan): StackHead {
  return {
    edition: plan.edition,
    topology: plan.shape,
    runtime: plan.runtime,
    project: plan.project,
    model: plan.model.id,
    dimension: plan.dimension,
    urls: plan.urls,
  };
}

export function reportServices({instances}: StackStatus, nowMs: number): ServiceReport[] {
  return instances.map((instance) => reportService(instance, nowMs));
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
  return {schemaVersion: 1, ...reportHead(plan), services: reportServices(status, nowMs), changes};
}

function reportService(
  {name, role, url, state, pid, restarts, startedAtMs}: InstanceStatus,
  nowMs: number,
): ServiceReport {
  const uptimeSeconds = startedAtMs === null ? null : Math.max(0, Math.round((nowMs - startedAtMs) / 1_000));
  return {name, role, url, state, pid, restarts, uptimeSeconds};
}
