import type {Plan, Service} from '../topology/plan-schema.js';
import {drainMs, timingProfiles} from '../topology/timing.js';

/** From the stop signal to SIGKILL: drain, then the longest answer, then a little. A shard drains nothing but writes. */
export function stopGraceMs({loadBalancer}: Plan, {role, slowestAnswerMs}: Service): number {
  if (role === 'cache') return slowestAnswerMs + 10_000;
  const drain = loadBalancer === null ? 0 : drainMs(timingProfiles[loadBalancer.timing]);
  return drain + slowestAnswerMs + 2_000;
}
