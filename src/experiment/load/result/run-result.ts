/** One measured run: what was offered, what came back, and how well the generator kept its own schedule. Plain data. */
export interface RunResult {
  /** What was loaded: a URL without its secrets. */
  target: string;
  profile: RunProfile;
  workload: string;
  /** Mean of the schedule over the measured time; null in a closed loop, which offers what is answered. */
  offeredPerSecond: number | null;
  /** Good answers a second that came within the measured time. */
  achievedPerSecond: number;
  /** Due in the measured time and ended, well or not. */
  requests: number;
  errors: RunErrors;
  /** From the intended start of every request that was answered well. */
  latencyMs: LatencySummary;
  /** From the moment the request was written. */
  serviceMs: LatencySummary;
  lateness: Lateness;
  /** Share of the requests that waited because all connections were busy: by the target, or because they are too few. */
  waitedForConnectionRatio: number;
  generator: GeneratorLoad;
  seconds: RunSecond[];
  /** Of the latency: a curve from the lowest to the highest. */
  distribution: PercentilePoint[];
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Measured time, warm-up left out. */
  durationSeconds: number;
  /** Ended before its time: by an interrupt. */
  partial: boolean;
  /** `unknown`: the generator itself was late or overloaded, so that the figures say nothing about the target. */
  verdict: 'ok' | 'unknown';
  /** Why; of `ok` too. */
  reason: string;
}

export interface RunProfile {
  loop: 'open' | 'closed';
  /** As a reader writes it: `100/s for 30 s`. */
  text: string;
  arrivals: 'uniform' | 'poisson' | 'trace' | 'none';
  connections: number;
  workers: number;
  seed: number;
  warmupSeconds: number;
}

export interface RunErrors {
  total: number;
  /** `connect-refused`, `connection-reset`, `timeout`, `tls`, `status-500` ... → how many. */
  byKind: Record<string, number>;
}

/** Milliseconds; null where nothing was answered. */
export interface LatencySummary {
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
  mean: number | null;
}

/** How long after they were due requests were taken up, to be sent or to wait for a connection; null in a closed loop. */
export interface Lateness {
  p99Ms: number | null;
  over1msRatio: number | null;
}

export interface GeneratorLoad {
  /** Of the worst worker. */
  eventLoopDelayP99Ms: number | null;
  /** Of one core, of the busiest worker thread. */
  cpuPercent: number | null;
  /** Of the time, how much the busiest worker was not waiting, be it asleep or in a busy loop: at 100 it is behind. */
  busyPercent: number | null;
}

export interface RunSecond {
  /** 0 is the first measured second. */
  atSecond: number;
  requests: number;
  errors: number;
  /** Milliseconds; null where nothing was answered in that second. */
  p50: number | null;
  p99: number | null;
  max: number | null;
}

export interface PercentilePoint {
  /** 0 to 100. */
  percentile: number;
  latencyMs: number;
}
