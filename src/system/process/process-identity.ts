import {execFileSync} from 'node:child_process';
import {z} from 'zod';
import {readOrNull} from '../files/read-or-null.js';

/**
 * A process that cannot be mistaken for another one: pids are used again, a pid with its start time is not. `startKey`
 * is boot id and start tick on Linux, the start time as `ps` prints it elsewhere.
 */
export const processIdentitySchema = z.object({pid: z.int().positive(), startKey: z.string().min(1)});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The process that has this pid now; null when there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const startKey = process.platform === 'linux' ? linuxStartKey(pid) : psStartKey(pid);
  return startKey === null ? null : {pid, startKey};
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startKey === identity.startKey;
}

/** Signals exactly this process, never a later owner of its pid. False when it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isAlive(identity) && kill(identity.pid, signal);
}

/** Signals the whole group that this process leads. False when the leader is gone. */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isAlive(leader) && kill(-leader.pid, signal);
}

export interface ProcessStat {
  state: string;
  processGroup: number;
  startTicks: string;
}

/** `/proc/<pid>/stat`: state, group and start time. The name in brackets may hold spaces and brackets itself. */
export function readProcessStat(pid: number): ProcessStat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, startTicks] = [fields[0], fields[1], fields[2], fields[19]];
  if (state === undefined || group === undefined || startTicks === undefined) return null;
  return {state, processGroup: Number(group), startTicks};
}

function linuxStartKey(pid: number): string | null {
  const stat = readProcessStat(pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
  bootId ??= readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot';
  return `${bootId}:${stat.startTicks}`;
}

let bootId: string | undefined;

function psStartKey(pid: number): string | null {
  if (!kill(pid, 0)) return null;
  try {
    const args = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', args, {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
      // In another language the same time is another text.
      env: {...process.env, LC_ALL: 'C', TZ: 'UTC'},
    }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
