import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {basename} from 'node:path';
import {readOrNull} from '../files/read-or-null.js';
import {readEnvironment} from './process-table.js';
import {listeningSockets, socketInodes} from './tcp-sockets.js';

/** Who listens on a port. What the system would not say is null. */
export interface PortOwner {
  port: number;
  pid: number | null;
  command: string | null;
  /** Set when it is a service of a sutra stack of this user. */
  project: string | null;
  instance: string | null;
  /** The stack's state folder. */
  stackFolder: string | null;
}

/** Null when nobody listens there, as far as this system tells. */
export function portOwner(port: number): PortOwner | null {
  const sockets = listeningSockets();
  if (sockets === null) return lsofOwner(port);
  const inodes = sockets.filter((socket) => socket.port === port).map(({inode}) => inode);
  if (inodes.length === 0) return null;
  const pid = pidOfSocket(inodes);
  return pid === null ? (lsofOwner(port) ?? unknownOwner(port)) : describe(port, pid);
}

/** `haproxy (pid 4711), ml-base-lb of the sutra stack "b" in /srv/b`. */
export function ownerText(owner: PortOwner): string {
  const program = owner.command === null ? 'a process' : basename(owner.command.split(' ', 1)[0] ?? owner.command);
  const who = owner.pid === null ? 'a process this user may not see' : `${program} (pid ${owner.pid})`;
  if (owner.stackFolder === null && owner.project === null) return who;
  const where = owner.stackFolder === null ? '' : ` in ${owner.stackFolder.replace(/\/\.sutra$/, '')}`;
  return `${who}, ${owner.instance ?? 'a service'} of the sutra stack "${owner.project ?? 'sutra'}"${where}`;
}

function pidOfSocket(inodes: string[]): number | null {
  const pids = list('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => holdsAny(pid, inodes)) ?? null;
}

function holdsAny(pid: number, inodes: string[]): boolean {
  try {
    const held = socketInodes(pid);
    return inodes.some((inode) => held.has(inode));
  } catch {
    return false;
  }
}

function describe(port: number, pid: number): PortOwner {
  const command = readOrNull(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim() || null;
  const env = readEnvironment(pid) ?? {};
  return {
    port,
    pid,
    command,
    project: env.SUTRA_PROJECT ?? null,
    instance: env.SUTRA_INSTANCE ?? null,
    stackFolder: env.SUTRA_STACK ?? null,
  };
}

function lsofOwner(port: number): PortOwner | null {
  try {
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
    const text = execFileSync('lsof', args, {encoding: 'utf8', timeout: 5_000, stdio: ['ignore', 'pipe', 'ignore']});
    const pid = /^p(\d+)$/m.exec(text)?.[1];
    if (pid === undefined) return null;
    return {...unknownOwner(port), pid: Number(pid), command: /^c(.+)$/m.exec(text)?.[1] ?? null};
  } catch {
    return null;
  }
}

function unknownOwner(port: number): PortOwner {
  return {port, pid: null, command: null, project: null, instance: null, stackFolder: null};
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
