import type {LoadJob} from './load-job.js';
import {arrivalsUntil} from './stages.js';

/** Mean rate of the schedule over the measured time; null in a closed loop. */
export function offeredPerSecond({loop, workload, warmupMs, durationMs}: LoadJob): number | null {
  if (loop.kind === 'closed') return null;
  const {timing} = loop;
  const endMs = warmupMs + durationMs;
  if (timing.kind === 'stages') {
    const due = arrivalsUntil(timing.stages, endMs) - arrivalsUntil(timing.stages, warmupMs);
    return due / (durationMs / 1_000);
  }
  const timesMs = workload.file.trace?.timesMs ?? new Float64Array();
  const due = timesMs.filter((time) => time / timing.speed >= warmupMs && time / timing.speed < endMs).length;
  return due / (durationMs / 1_000);
}
