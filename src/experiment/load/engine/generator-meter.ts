import {monitorEventLoopDelay, performance} from 'node:perf_hooks';
import type {GeneratorLoad} from '../result/run-result.js';

/** Of the delay measurement: a timer of this many milliseconds, so that this much is no delay. */
const resolutionMs = 10;
/** Of a busy loop; one that took longer was kept from its core. */
const longestTurnMs = 0.1;

/** How busy this thread is, and how late its event loop. */
export class GeneratorMeter {
  readonly #delay = monitorEventLoopDelay({resolution: resolutionMs});
  #startMs = 0;
  #startCpuMs = 0;
  #startUse = performance.eventLoopUtilization();
  #spinFromMs: number | null = null;
  #spunMs = 0;

  start(): void {
    this.#delay.enable();
    this.#spunMs = 0;
    this.#startMs = performance.now();
    this.#startCpuMs = threadCpuMs() ?? 0;
    this.#startUse = performance.eventLoopUtilization();
  }

  /** The thread waits in a busy loop, by any clock of milliseconds: it looks busy, but has nothing to do. */
  spins(nowMs: number): void {
    this.#spinFromMs = nowMs;
  }

  /** And now it has, or looks whether. */
  works(nowMs: number): void {
    if (this.#spinFromMs === null) return;
    this.#spunMs += Math.min(longestTurnMs, nowMs - this.#spinFromMs);
    this.#spinFromMs = null;
  }

  stop(): GeneratorLoad {
    this.#delay.disable();
    const tookMs = performance.now() - this.#startMs;
    const cpuMs = threadCpuMs();
    const active = performance.eventLoopUtilization(this.#startUse).utilization;
    const cpu = cpuMs === null ? active : (cpuMs - this.#startCpuMs) / tookMs;
    const busy = Math.max(0, Math.max(active, cpu) - this.#spunMs / tookMs);
    const delayMs = this.#delay.count === 0 ? null : Math.max(0, this.#delay.percentile(99) / 1e6 - resolutionMs);
    return {eventLoopDelayP99Ms: delayMs, cpuPercent: 100 * cpu, busyPercent: 100 * busy};
  }
}

/** Null before Node 23.9, where the share of time in the event loop has to do. */
function threadCpuMs(): number | null {
  if (typeof process.threadCpuUsage !== 'function') return null;
  const {user, system} = process.threadCpuUsage();
  return (user + system) / 1_000;
}
