import type {Plan, Service} from '../topology/plan-schema.js';
import {drainMs, timingProfiles} from '../topology/timing.js';
import {roleTraits} from '../topology/traits/role-traits.js';

/** From the stop signal to SIGKILL: drain, then the longest answer, then a little. A shard drains nothing but writes. */
export function stopGraceMs({loadBalancer}: Plan, {role, slowestAnswerMs}: Service): number {
  if (!roleTraits[role].embeds) return slowestAnswerMs + 10_000;
  const drain = loadBalancer === null ? 0 : drainMs(timingProfiles[loadBalancer.timing]);
  return drain + slowestAnswerMs + 2_000;
}
