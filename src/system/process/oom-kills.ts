import {readFileSync} from 'node:fs';

/** How many processes the kernel has ended for want of memory since boot; null where it does not say (not Linux). */
export function oomKills(): number | null {
  try {
    const line = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'));
    return line === null ? null : Number(line[1]);
  } catch {
    return null;
  }
}
