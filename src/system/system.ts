/** Time as an argument: tests pass a clock of their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The outside world as a command sees it, made once by the command and passed down. */
export interface System {
  env: Readonly<Record<string, string | undefined>>;
  /** The folder whose `.sutra/` holds the stack. */
  cwd: string;
  clock: Clock;
  /** Aborts on Ctrl-C or SIGTERM. */
  signal: AbortSignal;
}
