import {backOffMs, forgivenAfterMs} from './back-off.js';

/** Ends in a row before a service that has never served is given up on. */
const firstStartTries = 3;

/** When a process may be started, and when it is no use any more. Times are monotonic. */
export class StartTrials {
  /** It has served since it was last asked for: its ends are crashes and no longer a failed first start. */
  proven = false;
  #failuresInARow = 0;
  #nextAtMs = 0;
  #servingSinceMs: number | null = null;

  /** The next start follows a failure. */
  get again(): boolean {
    return this.#failuresInARow > 0;
  }

  due(nowMs: number): boolean {
    return nowMs >= this.#nextAtMs;
  }

  /** As if it had never been tried. */
  begin(): void {
    this.proven = false;
    this.#failuresInARow = 0;
    this.#nextAtMs = 0;
    this.#servingSinceMs = null;
  }

  serves(serving: boolean, nowMs: number): void {
    this.#servingSinceMs = serving ? (this.#servingSinceMs ?? nowMs) : null;
    if (this.#servingSinceMs === null) return;
    this.proven = true;
    if (nowMs - this.#servingSinceMs > forgivenAfterMs) this.#failuresInARow = 0;
  }

  /** It ended or was ended because it failed. `final`: a first start that failed so is not worth another. */
  failed(nowMs: number, final: boolean): 'restarting' | 'failed' {
    this.#failuresInARow += 1;
    this.#servingSinceMs = null;
    this.#nextAtMs = nowMs + backOffMs(this.#failuresInARow);
    return !this.proven && (final || this.#failuresInARow >= firstStartTries) ? 'failed' : 'restarting';
  }
}
