import {existsSync} from 'node:fs';
import {memoryBytes, runTimeMs} from '../../system/process/process-load.js';
import type {System} from '../../system/system.js';
import type {InstanceUsage} from '../runtime.js';
import {stackFolder} from '../stack-folder.js';
import {readDesiredOrNull} from './desired-file.js';
import {processesOf} from './stack-processes.js';

/** Long enough for a share of a core to the percent, as run time is counted in nanoseconds. */
const windowMs = 100;

/** What the processes of each instance take together, its children among them. Empty where there is no stack. */
export async function stackUsage(system: System, stateFolder: string, signal: AbortSignal): Promise<InstanceUsage[]> {
  if (!existsSync(stateFolder)) return [];
  const folder = stackFolder(stateFolder);
  const pids = new Map<string, number[]>();
  for (const {identity, instance} of processesOf(folder)) {
    if (instance !== null) pids.set(instance, [...(pids.get(instance) ?? []), identity.pid]);
  }
  const before = new Map([...pids.values()].flat().map((pid) => [pid, runTimeMs(pid)]));
  const startMs = performance.now();
  await system.clock.sleep(windowMs, signal);
  const elapsedMs = performance.now() - startMs;
  const wanted = readDesiredOrNull(folder)?.instances.map(({spec}) => spec.name) ?? [];
  return [...new Set([...wanted, ...pids.keys()])].map((name) => {
    const own = pids.get(name) ?? [];
    const cpuMs = sum(own.map((pid) => difference(runTimeMs(pid), before.get(pid) ?? null)));
    const cpuPercent = cpuMs === null ? null : Math.round((1_000 * cpuMs) / elapsedMs) / 10;
    return {name, cpuPercent, memoryBytes: sum(own.map(memoryBytes))};
  });
}

/** A child that ended meanwhile takes nothing any more. Null when none of them can be seen. */
function sum(values: (number | null)[]): number | null {
  const seen = values.filter((value) => value !== null);
  return seen.length === 0 ? null : seen.reduce((total, value) => total + value, 0);
}

function difference(after: number | null, before: number | null): number | null {
  // A thread that ended takes what it had counted with it.
  return after === null || before === null ? null : Math.max(0, after - before);
}
