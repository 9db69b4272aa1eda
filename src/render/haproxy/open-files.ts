import {balancedReplicas} from '../../topology/place.js';
import type {Plan} from '../../topology/plan-schema.js';
import {apiDoor} from '../../topology/security.js';
import {connectionShares} from './connections.js';

/** Log, event loops, and what master and worker say to each other. */
const reserved = 64;
const perThread = 4;

/**
 * Returns the open files HAProxy must be allowed, on a machine of so many cores, or it does not start: a client's connection
 * and a replica's for each, the listeners, and a health check for each of a replica's two lines. 0 without a load balancer.
 */
export function haproxyOpenFiles(plan: Plan, cores: number): number {
  if (plan.loadBalancer === null) return 0;
  const connections = connectionShares(plan.loadBalancer, apiDoor(plan)).process;
  const listeners = plan.loadBalancer.frontDoors.length + 3;
  return 2 * connections + listeners + 2 * balancedReplicas(plan).length + perThread * cores + reserved;
}
