import {artifactOf} from '@sutra/contract/model-entry';
import type {Plan, Service} from './plan-schema.js';

/** One difference of two plans, as a reader would name it: `ml-base MATRYOSHKA_DIM`. */
export interface PlanChange {
  kind: 'added' | 'removed' | 'changed';
  what: string;
  before: string | null;
  after: string | null;
}

/** What stands between two plans; of none, everything is new. */
export function comparePlans(before: Plan | null, after: Plan): PlanChange[] {
  const old = before === null ? new Map<string, string>() : facts(before);
  const now = facts(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((what) => {
    const [was, is] = [old.get(what), now.get(what)];
    if (was === is) return [];
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{kind, what, before: was ?? null, after: is ?? null} as const];
  });
}

/** A plan as flat facts, service by service, replica by replica. */
function facts(plan: Plan): Map<string, string> {
  const {project, edition, shape, runtime, version} = plan;
  return new Map<string, string>([
    ...Object.entries({project, edition, topology: shape, runtime, version, model: plan.model.id}),
    ['model artifact', artifactOf(plan.model).slice(0, 12)],
    ...securityFacts(plan),
    ...plan.services.flatMap(serviceFacts),
    ...(plan.loadBalancer === null ? [] : loadBalancerFacts(plan.loadBalancer)),
  ]);
}

function securityFacts({security: {exposed, tls, apiKeys, requestsPerMinute}}: Plan): [string, string][] {
  return [
    ['exposed', String(exposed)],
    ['TLS', tls],
    ['API keys', apiKeys ?? 'none'],
    ['rate limit', requestsPerMinute === null ? 'none' : `${requestsPerMinute} a minute`],
  ];
}

function serviceFacts({name, replicas, firstHostPort, env, workers, threadsPerWorker}: Service): [string, string][] {
  const replicaFacts = replicas.map((replica, index): [string, string] => [replica, `port ${firstHostPort + index}`]);
  const envFacts = Object.entries(env).map(([key, value]): [string, string] => [`${name} ${key}`, value]);
  const threadFacts: [string, string][] =
    workers === 0 ? [] : [[`${name} threads`, `${workers} x ${threadsPerWorker}`]];
  return [...replicaFacts, ...threadFacts, ...envFacts];
}

function loadBalancerFacts({
  name,
  frontDoors,
  statsPort,
  timing,
  accessLog,
}: NonNullable<Plan['loadBalancer']>): [string, string][] {
  return [
    ...frontDoors.map((door): [string, string] => [door.name, `port ${door.port}`]),
    [`${name} stats`, `port ${statsPort}`],
    [`${name} timing`, timing],
    [`${name} access log`, accessLog ? 'on' : 'off'],
  ];
}
