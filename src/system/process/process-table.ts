import {readdirSync, readFileSync, statSync} from 'node:fs';
import {identify, type ProcessIdentity, readProcessStat} from './process-identity.js';

/** A process whose environment could be read. */
export interface ListedProcess {
  identity: ProcessIdentity;
  /** It leads its process group: it is what was started, not a child of it. */
  leader: boolean;
  env: Record<string, string>;
}

/**
 * Every living process of this user whose environment holds `name`, with `value` where one is given, but not the caller
 * itself. Linux only: other systems keep environments to themselves, and the list is empty there.
 */
export function processesWith(name: string, value?: string): ListedProcess[] {
  if (process.platform !== 'linux') return [];
  const listed: ListedProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const env = readEnvironment(pid);
    const found = env?.[name];
    if (env === null || found === undefined || (value !== undefined && found !== value)) continue;
    const identity = identify(pid);
    const stat = readProcessStat(pid);
    if (identity !== null && stat !== null) listed.push({identity, leader: stat.processGroup === pid, env});
  }
  return listed;
}

/** The environment a process was started with; null when it is another user's, or gone. */
export function readEnvironment(pid: number): Record<string, string> | null {
  try {
    // An own process only: root may read everybody's, but a stack is its user's.
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return null;
    const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    return Object.fromEntries(pairs.map((pair) => [pair.split('=', 1)[0] ?? pair, pair.slice(pair.indexOf('=') + 1)]));
  } catch {
    return null;
  }
}
