import {type Probe, probeHttp} from '../../../system/http/http-probe.js';
import {
  forgive,
  type Health,
  judge,
  newHealth,
  observe,
  probeEveryMs,
  probeTimeoutMs,
  resumedHealth,
  type Verdict,
} from './health.js';

/** Probes one process now and then and says what to think of it. Times are monotonic. */
export class HealthWatch {
  #health: Health = newHealth(0);
  #nextAtMs = 0;
  #probing = false;

  /** Of a process that has just started. */
  begin(nowMs: number): void {
    this.#health = newHealth(nowMs);
    this.#nextAtMs = nowMs;
  }

  /** Of one that served, or failed to, when an earlier supervisor last looked. */
  resume(healthy: boolean, nowMs: number): void {
    this.#health = resumedHealth(healthy, nowMs);
    this.#nextAtMs = nowMs;
  }

  /** Of one that reads its files anew: what it answered before says nothing any more. */
  beginAgain(nowMs: number): void {
    this.#health = newHealth(nowMs);
    this.#nextAtMs = nowMs + probeEveryMs.starting;
  }

  forgive(nowMs: number): void {
    this.#health = forgive(this.#health, nowMs);
  }

  judge(startDeadlineMs: number, nowMs: number): Verdict {
    return judge(this.#health, startDeadlineMs, nowMs);
  }

  /** Sends a probe when one is due; `answered` is called when its outcome counts. */
  probe(probe: Probe, nowMs: number, answered: () => void): void {
    if (this.#probing || nowMs < this.#nextAtMs) return;
    this.#probing = true;
    const asked = this.#health;
    void probeHttp(probe, probeTimeoutMs).then((outcome) => {
      this.#probing = false;
      // Another process by now, or the same with other files: the answer says nothing of it.
      if (asked !== this.#health) return;
      const atMs = performance.now();
      this.#health = observe(asked, outcome, atMs);
      this.#nextAtMs = atMs + probeEveryMs[this.#health.served ? 'running' : 'starting'];
      answered();
    });
  }
}
