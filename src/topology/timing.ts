import type {TimingName} from './plan-schema.js';

/** Health-check cadence of the load balancer, in milliseconds. */
export interface Timing {
  interMs: number;
  /** Between checks of a server that is on its way up or down. */
  fastinterMs: number;
  /** Between checks of a server that is down. */
  downinterMs: number;
  checkTimeoutMs: number;
  fall: number;
  rise: number;
  /** Does a failed connection take a replica out at once? Only where the checks soon bring back a healthy one. */
  observes: boolean;
}

export const timingProfiles: Record<TimingName, Timing> = {
  fast: {interMs: 1_000, fastinterMs: 250, downinterMs: 500, checkTimeoutMs: 500, fall: 3, rise: 2, observes: true},
  // As the seed documents have it: every 30 s, 2 s time-out, three failures. It cannot meet their own 5 s goal.
  seed: {
    interMs: 30_000,
    fastinterMs: 30_000,
    downinterMs: 30_000,
    checkTimeoutMs: 2_000,
    fall: 3,
    rise: 2,
    observes: false,
  },
};

/** Longest time from a crash (connections refused) to DOWN: one full interval, then the rest at the fast one. */
export function crashDetectionMs({interMs, fastinterMs, fall}: Timing): number {
  return interMs + (fall - 1) * fastinterMs;
}

/** Longest time from a hang (connections accepted, no answer) to DOWN: each check also runs into its time-out. */
export function hangDetectionMs({interMs, fastinterMs, checkTimeoutMs, fall}: Timing): number {
  return interMs + fall * (checkTimeoutMs + fastinterMs);
}

/** Longest time from a server's return to UP. */
export function recoveryMs({downinterMs, fastinterMs, rise}: Timing): number {
  return downinterMs + (rise - 1) * fastinterMs;
}

/** How long a draining service must go on accepting: until the load balancer has surely seen its 404. */
export function drainMs({interMs, checkTimeoutMs}: Timing): number {
  return interMs + checkTimeoutMs + 500;
}
