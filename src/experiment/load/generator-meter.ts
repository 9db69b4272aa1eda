import {monitorEventLoopDelay, performance} from 'node:perf_hooks';
import type {GeneratorLoad} from './run-result.js';

/** Of the delay measurement: a timer of this many milliseconds, so that this much is no delay. */
const resolutionMs = 10;

/** How busy this thread is, and how late its event loop. */
export class GeneratorMeter {
  readonly #delay = monitorEventLoopDelay({resolution: resolutionMs});
  #startMs = 0;
  #startCpuMs = 0;
  #startUse = performance.eventLoopUtilization();

  start(): void {
    this.#delay.enable();
    this.#startMs = performance.now();
    this.#startCpuMs = threadCpuMs() ?? 0;
    this.#startUse = performance.eventLoopUtilization();
  }

  stop(): GeneratorLoad {
    this.#delay.disable();
    const cpuMs = threadCpuMs();
    const busy = performance.eventLoopUtilization(this.#startUse).utilization;
    const share = cpuMs === null ? busy : (cpuMs - this.#startCpuMs) / (performance.now() - this.#startMs);
    const delayMs = this.#delay.count === 0 ? null : Math.max(0, this.#delay.percentile(99) / 1e6 - resolutionMs);
    return {eventLoopDelayP99Ms: delayMs, cpuPercent: 100 * share, loopBusyPercent: 100 * busy};
  }
}

/** Null before Node 23.9, where the share of time in the event loop has to do. */
function threadCpuMs(): number | null {
  if (typeof process.threadCpuUsage !== 'function') return null;
  const {user, system} = process.threadCpuUsage();
  return (user + system) / 1_000;
}
