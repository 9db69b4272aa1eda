/** One local process of the stack: all a supervisor needs to start, watch and end it. */
export interface ProcessSpec {
  /** `ml-base-1`, `ml-base-lb`: unique in the stack. */
  name: string;
  /** The service it is a replica of. */
  service: string;
  role: string;
  /** Where it can be reached, for people. */
  url: string;
  program: string;
  args: string[];
  /** The whole environment but PATH, HOME and TMPDIR, which are the supervisor's own. */
  env: Record<string, string>;
  /** Ports of the host it listens on: no two processes can have one of them at the same time. */
  ports: number[];
  /** Port of this host that must answer before it can serve: its upstream's. */
  leansOnPort?: number;
  /** GET answers 200 when it serves. */
  probeUrl: string;
  /** UNIX socket on which it is asked; the host of the URL is not connected to then. */
  probeSocket?: string;
  /** From the stop signal to SIGKILL: longer than drain plus the slowest answer. */
  stopGraceMs: number;
  /** How long a first start may take before it counts as failed (a model is loaded). */
  startDeadlineMs: number;
  stopSignal: 'SIGTERM' | 'SIGUSR1';
  /** Files whose change is taken over by a signal and not by a restart. */
  reload?: {signal: 'SIGUSR2'; digest: string};
  /**
   * What its answers depend on, the weights' digest for one. Replicas of a service with another artifact are replaced
   * all together and never serve beside the old; without it, or when it stays the same, one replica at a time.
   */
  artifact?: string;
}
