import {readdirSync} from 'node:fs';
import {readOrNull} from '../files/read-or-null.js';

/** What the kernel allows a process and its children. Infinity where there is no limit. */
export interface ResourceLimits {
  /** The hard limit: Node and HAProxy raise the soft one to it themselves. */
  openFiles: number;
  /** Threads of this user on the whole machine; nobody raises the soft limit. Root has none. */
  threads: number;
}

/** Returns the limits of this process or another, or null where the system does not tell. */
export function resourceLimits(pid: number | 'self' = 'self'): ResourceLimits | null {
  const text = readOrNull(`/proc/${pid}/limits`);
  if (text === null) return null;
  const isRoot = process.getuid?.() === 0;
  return {
    openFiles: limitOf(text, 'Max open files').hard,
    threads: isRoot ? Number.POSITIVE_INFINITY : limitOf(text, 'Max processes').soft,
  };
}

/** Returns how many threads this user runs now; 0 where the system does not tell. */
export function threadsOfUser(): number {
  const uid = String(process.getuid?.());
  let count = 0;
  for (const name of processNames()) {
    const status = readOrNull(`/proc/${name}/status`);
    if (status === null || /^Uid:\s+(\d+)/m.exec(status)?.[1] !== uid) continue;
    count += Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]);
  }
  return count;
}

function processNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function limitOf(text: string, name: string): {soft: number; hard: number} {
  const [, soft = '', hard = ''] = new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(text) ?? [];
  return {soft: limitValue(soft), hard: limitValue(hard)};
}

function limitValue(word: string): number {
  return word === 'unlimited' || word === '' ? Number.POSITIVE_INFINITY : Number(word);
}
