import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {SutraError} from '../../errors.js';
import {listeningSockets, socketInodes} from './tcp-sockets.js';

/** What a process and its children may do, as the kernel says. */
export interface ProcessConfinement {
  uid: number;
  /** By name, without `CAP_`. */
  capabilities: string[];
  noNewPrivileges: boolean;
  listens: {address: string; port: number}[];
}

/**
 * The most that a process or any of its children may do: the lowest user id, every capability and listening address of
 * them all. Throws STATE where the kernel does not tell.
 */
export function confinementOf(pid: number): ProcessConfinement {
  const all = [one(pid), ...descendantsOf(pid).flatMap(unlessGone)];
  return {
    uid: Math.min(...all.map(({uid}) => uid)),
    capabilities: [...new Set(all.flatMap(({capabilities}) => capabilities))],
    noNewPrivileges: all.every(({noNewPrivileges}) => noNewPrivileges),
    listens: distinct(all.flatMap(({listens}) => listens)),
  };
}

/** A child may end while it is looked at. */
function unlessGone(pid: number): ProcessConfinement[] {
  try {
    return [one(pid)];
  } catch (error) {
    if (existsSync(`/proc/${pid}`)) throw error;
    return [];
  }
}

function one(pid: number): ProcessConfinement {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const inodes = socketInodes(pid);
    const sockets = listeningSockets(pid)?.filter(({inode}) => inodes.has(inode)) ?? [];
    return {
      // Real, effective, saved, file system: the effective one is what counts.
      uid: Number(field(status, 'Uid').split(/\s+/)[1]),
      capabilities: capabilityNames(BigInt(`0x${field(status, 'CapEff')}`)),
      noNewPrivileges: field(status, 'NoNewPrivs') === '1',
      listens: sockets.map(({address, port}) => ({address, port})),
    };
  } catch (error) {
    throw new SutraError('STATE', `the kernel does not report the privileges of process ${pid}: ${String(error)}`, {
      cure: 'check it on Linux, as the user who deployed the stack, or as root',
      cause: error,
    });
  }
}

function field(status: string, name: string): string {
  const value = new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(status)?.[1];
  if (value === undefined) throw new RangeError(`no ${name} in /proc/<pid>/status`);
  return value;
}

function descendantsOf(pid: number): number[] {
  const children = list(`/proc/${pid}/task`).flatMap((thread) => childrenOf(pid, thread));
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number, thread: string): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function distinct(listens: ProcessConfinement['listens']): ProcessConfinement['listens'] {
  return [...new Map(listens.map((listen) => [`${listen.address} ${listen.port}`, listen])).values()];
}

/** In the order of the kernel's bits (capability.h). */
const names =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );

function capabilityNames(mask: bigint): string[] {
  const bits = Array.from({length: 64}, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
  return bits.map((bit) => names[bit] ?? `bit ${bit}`);
}
