import {signalGroup, signalProcess} from '../../../system/process/process-identity.js';
import type {Running} from '../state-file.js';

const killAgainMs = 1_000;

/** A process that is being ended: by its stop signal first, or at once, because it cannot be used any more. */
export class Ending {
  readonly cause: string;
  /** It failed; otherwise it ends because it is no longer to run as it is. */
  readonly failure: boolean;
  #killAtMs: number;

  private constructor(cause: string, failure: boolean, killAtMs: number) {
    this.cause = cause;
    this.failure = failure;
    this.#killAtMs = killAtMs;
  }

  /** Sends the stop signal now; SIGKILL is due after the grace. */
  static politely({identity, stopSignal, stopGraceMs}: Running, cause: string, nowMs: number): Ending {
    signalProcess(identity, stopSignal);
    // A process that stands still takes no signal until it goes on.
    signalProcess(identity, 'SIGCONT');
    return new Ending(cause, false, nowMs + stopGraceMs);
  }

  /** SIGKILL is due now. */
  static atOnce(cause: string, nowMs: number): Ending {
    return new Ending(cause, true, nowMs);
  }

  /** Sends SIGKILL to the process and its children when it is due, every second. Returns whether it did. */
  press({identity}: Running, nowMs: number): boolean {
    if (nowMs < this.#killAtMs) return false;
    this.#killAtMs = nowMs + killAgainMs;
    signalGroup(identity, 'SIGKILL');
    return true;
  }
}
