import type {ProbeOutcome} from '../../../system/http/http-probe.js';

/** Every so often while it starts, so that a deploy is not kept waiting; every so often afterwards. */
export const probeEveryMs = {starting: 250, running: 1_000} as const;
/** The embedder answers its probe in under 100 ms during the largest legal batch; this allows for a starved machine. */
export const probeTimeoutMs = 2_000;
const failuresUntilUnhealthy = 3;
/** No answer at all for this long: it hangs, and only a restart helps. */
const hungAfterMs = 4_000;

/** What the probes since the process started have shown. Times are on a monotonic clock. */
export interface Health {
  /** It has answered 200 at least once. */
  served: boolean;
  failures: number;
  /** Since when it has not answered 200. */
  failingSinceMs: number;
  /** Since when it has not answered at all; null while it answers something. */
  silentSinceMs: number | null;
}

export type Verdict = 'starting' | 'healthy' | 'unhealthy' | 'late' | 'hung';

export function newHealth(nowMs: number): Health {
  return {served: false, failures: 0, failingSinceMs: nowMs, silentSinceMs: nowMs};
}

/** Of a process that was already serving, or failing, when the watch over it began. */
export function resumedHealth(healthy: boolean, nowMs: number): Health {
  const failures = healthy ? 0 : failuresUntilUnhealthy;
  return {served: true, failures, failingSinceMs: nowMs, silentSinceMs: null};
}

export function observe(health: Health, outcome: ProbeOutcome, nowMs: number): Health {
  if (outcome === 'ok') return {served: true, failures: 0, failingSinceMs: nowMs, silentSinceMs: null};
  return {
    served: health.served,
    failures: health.failures + 1,
    failingSinceMs: health.failures === 0 && health.served ? nowMs : health.failingSinceMs,
    silentSinceMs: outcome === 'refusing' ? null : (health.silentSinceMs ?? nowMs),
  };
}

/**
 * `late`: it should serve by now and does not, though it may answer; `hung`: it served once and does not answer at all.
 * Both end in a restart. A process that answers 503 because it loads has its whole start deadline.
 */
export function judge(health: Health, startDeadlineMs: number, nowMs: number): Verdict {
  const failingMs = nowMs - health.failingSinceMs;
  if (health.failures === 0 && health.served) return 'healthy';
  if (!health.served) return failingMs > startDeadlineMs ? 'late' : 'starting';
  if (health.failures < failuresUntilUnhealthy) return 'healthy';
  if (health.silentSinceMs !== null && nowMs - health.silentSinceMs > hungAfterMs) return 'hung';
  return failingMs > Math.max(startDeadlineMs, hungAfterMs) ? 'late' : 'unhealthy';
}

/** After the watcher itself has stood still (the machine slept), what it missed must not be held against anybody. */
export function forgive(health: Health, nowMs: number): Health {
  const silentSinceMs = health.silentSinceMs === null ? null : nowMs;
  return {...health, failures: Math.min(health.failures, 1), failingSinceMs: nowMs, silentSinceMs};
}
