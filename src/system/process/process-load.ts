import {readdirSync} from 'node:fs';
import {readOrNull} from '../files/read-or-null.js';

/** Clock ticks a second in `/proc/<pid>/stat`: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU time a process has used since its start, in milliseconds; null when it is gone or cannot be seen. Linux only. */
export function cpuTimeMs(pid: number): number | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name in brackets may hold spaces and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? (1_000 * ticks) / ticksPerSecond : null;
}

/**
 * Time the living threads of a process have run, in milliseconds: of nanoseconds, where `cpuTimeMs` counts ticks of ten
 * milliseconds, which it falls back to where the kernel keeps no such figures. For short differences.
 */
export function runTimeMs(pid: number): number | null {
  const times = threadsOf(pid).flatMap((thread) => {
    const nanoseconds = readOrNull(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0];
    return nanoseconds === undefined ? [] : [Number(nanoseconds) / 1e6];
  });
  return times.length === 0 ? cpuTimeMs(pid) : times.reduce((sum, time) => sum + time, 0);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * Memory of a process with its share of what it shares with others (PSS), so that a sum over processes counts nothing
 * twice; its resident memory where the kernel does not tell.
 */
export function memoryBytes(pid: number): number | null {
  const pss = /^Pss:\s+(\d+) kB/m.exec(readOrNull(`/proc/${pid}/smaps_rollup`) ?? '');
  const found = pss ?? /^VmRSS:\s+(\d+) kB/m.exec(readOrNull(`/proc/${pid}/status`) ?? '');
  return found === null ? null : Number(found[1]) * 1_024;
}
