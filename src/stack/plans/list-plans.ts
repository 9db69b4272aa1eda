import type {System} from '../../system/system.js';
import type {Security} from '../../topology/plan-schema.js';
import {findDeployedPlan} from './deployed-plan.js';
import {type DeployReason, keptPlanOf, readHistory} from './plan-history.js';

/** One deployment of the history, in short. */
export interface PlanRow {
  number: number;
  /** ISO 8601, UTC. */
  at: string;
  reason: DeployReason;
  version: string;
  edition: string;
  model: string;
  dimension: number;
  /** `ml-base=3 embedding-service=2` */
  replicas: string;
  security: {apiKeys: boolean; tls: Security['tls']; requestsPerMinute: number | null};
  running: boolean;
}

/** The deployments that `rollback` can go to, the newest last. */
export function listPlans(system: System): PlanRow[] {
  const history = readHistory(system);
  const running = findDeployedPlan(system);
  const current = running === null ? null : keptPlanOf(history, running);
  return history.map(({number, atMs, reason, version, plan}) => ({
    number,
    at: new Date(atMs).toISOString(),
    reason,
    version,
    edition: plan.edition,
    model: plan.model.id,
    dimension: plan.dimension,
    replicas: plan.services.map(({name, replicas}) => `${name}=${replicas.length}`).join(' '),
    security: {
      apiKeys: plan.security.apiKeys !== null,
      tls: plan.security.tls,
      requestsPerMinute: plan.security.requestsPerMinute,
    },
    running: number === current?.number,
  }));
}
