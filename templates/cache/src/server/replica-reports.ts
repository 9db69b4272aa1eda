import {type L2Reports, l2Limits} from '@sutra/contract/l2-protocol';

const staleMs = 3000;
const forgottenMs = 60_000;

type Counters = Record<string, number>;

/** What each replica last said of itself, so that any of them can answer for all. */
export class ReplicaReports {
  readonly #reports = new Map<string, {counters: Counters; atMs: number}>();

  /** Returns what is known of all, this one included. */
  exchange(replica: string, counters: Counters, nowMs: number): L2Reports {
    this.#reports.delete(replica);
    this.#reports.set(replica, {counters, atMs: nowMs});
    for (const [name, {atMs}] of this.#reports) {
      if (nowMs - atMs > forgottenMs || this.#reports.size > l2Limits.replicas) this.#reports.delete(name);
    }
    const replicas = [...this.#reports].map(([name, report]) => {
      const ageMs = Math.max(0, Math.round(nowMs - report.atMs));
      return {replica: name, ageMs, stale: ageMs > staleMs, counters: report.counters};
    });
    return {replicas: replicas.sort((a, b) => a.replica.localeCompare(b.replica))};
  }
}
