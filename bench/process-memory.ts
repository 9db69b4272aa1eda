import {readFileSync} from 'node:fs';

/** Minor page faults of a process so far. Throws where there is no /proc. */
export function pageFaults(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[7]);
}

/** Resident memory of a process in MB of 10^6 bytes. Throws where there is no /proc. */
export function residentMb(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}
