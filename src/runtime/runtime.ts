import type {Plan, RuntimeName} from '../topology/plan-schema.js';

/** `stopping`: told to end and finishing what it has; `failed`: given up on until the next `up`. */
export const instanceStates = [
  'starting',
  'healthy',
  'unhealthy',
  'restarting',
  'stopping',
  'stopped',
  'failed',
] as const;
export type InstanceState = (typeof instanceStates)[number];

/** One replica as the runtime sees it now. */
export interface InstanceStatus {
  name: string;
  service: string;
  role: string;
  url: string;
  state: InstanceState;
  pid: number | null;
  startedAtMs: number | null;
  restarts: number;
  /** How its last run ended, if one did. */
  lastExit: {code: number | null; signal: string | null; atMs: number} | null;
  /** Why it is not healthy, in words; null where the state says it all. */
  problem: string | null;
  /** Of what it runs, where the runtime knows without asking it. */
  version?: string;
}

/** What one instance takes now; null where it does not run or cannot be seen. */
export interface InstanceUsage {
  name: string;
  /** Of one core: 150 is one and a half. */
  cpuPercent: number | null;
  memoryBytes: number | null;
}

/** What one running instance may do to the machine, as the kernel or the engine says, not as it was asked for. */
export interface InstanceConfinement {
  name: string;
  /** User id on its own side of the wall. */
  uid: number;
  /** Capabilities it holds, by name without `CAP_`. */
  capabilities: string[];
  noNewPrivileges: boolean;
  /** null where there is no root of its own: a process sees the host's. */
  readOnlyRoot: boolean | null;
  /** Addresses of this host it can be reached at, published ports included. */
  listens: {address: string; port: number}[];
}

/** What runs in containers, by what the image is of (`embedder`), as the engine's id of it. Empty for processes. */
export type ImageIds = Record<string, string>;

export interface StackStatus {
  /** The supervisor. `lost`: there is none, and what crashes stays down; `suspended`: it was stopped by a signal. */
  keeper: {state: 'running' | 'lost' | 'suspended' | 'none'; pid: number | null};
  instances: InstanceStatus[];
  images: ImageIds;
  /** Files of the runtime that are damaged, and how: `run/desired.json is empty`. */
  damage: string[];
}

export interface UpOptions {
  signal: AbortSignal;
  /** Called with every change of an instance's state while the stack comes up. */
  onChange?: (instance: InstanceStatus) => void;
  /** To run these where the names of the images have moved on to others since. */
  images?: ImageIds;
}

export interface LogLine {
  instance: string;
  /** When it was written: ISO 8601, UTC; null where neither the line nor the engine tells. */
  at: string | null;
  text: string;
}

export interface LogOptions {
  /** Lines of each instance to begin with. */
  tail: number;
  /** Only lines from then on; of any age where it is missing. */
  sinceMs?: number;
  follow: boolean;
  signal: AbortSignal;
}

/** A place where a stack can run. Process is one; Compose and Swarm are others. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Makes what runs equal to the plan; returns when every instance is healthy. What is right already is left alone. */
  up(plan: Plan, options: UpOptions): Promise<StackStatus>;
  /** Ends everything. Returns when no process, port or socket is left; with `volumes` no stored data either. */
  down(signal: AbortSignal, options?: {volumes: boolean}): Promise<void>;
  /** Ends one instance (`ml-base-2`) or all replicas of a service (`ml-base`) and keeps it down. */
  stop(name: string, signal: AbortSignal): Promise<InstanceStatus[]>;
  status(): Promise<StackStatus>;
  /** What each instance that runs takes now, children included; measured over a tenth of a second, in containers over the engine's second. */
  usage(signal: AbortSignal): Promise<InstanceUsage[]>;
  /** What each running instance may do. Throws STATE where this machine does not tell. */
  confinement(signal: AbortSignal): Promise<InstanceConfinement[]>;
  /**
   * Keeps other commands off this stack until disposed; re-entrant. Throws BUSY, naming the one at work. `toEnd`: where
   * the disk is full the lock is done without.
   */
  lock(purpose: string, options?: {toEnd: boolean}): Disposable;
  /** The last `tail` lines of each instance named, then, with `follow`, those that come. */
  logs(names: string[], options: LogOptions): AsyncIterable<LogLine>;
}
