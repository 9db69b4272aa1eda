import {readdirSync, readlinkSync} from 'node:fs';
import {readOrNull} from '../files/read-or-null.js';

export interface TcpSocket {
  /** Its own end: `127.0.0.1`, `0.0.0.0`, `::1`, `::` … */
  address: string;
  port: number;
  inode: string;
}

const states = {listens: '0A', closed: '06'};

/**
 * TCP sockets that listen, IPv4 and IPv6, in the network a process sees; without a pid, in our own. Null where there is
 * no such table: only Linux has it.
 */
export function listeningSockets(pid: number | 'self' = 'self'): TcpSocket[] | null {
  return tcpSockets(pid)?.filter(({state}) => state === states.listens) ?? null;
}

/**
 * A connection that goes out from this port of ours: the system may give such a port to any that is opened. `closed`: its
 * end is over, and the port stays taken for a minute. Null where there is none, or no table.
 */
export function connectionFrom(port: number): 'open' | 'closed' | null {
  const found = tcpSockets('self')?.filter((socket) => socket.port === port && socket.state !== states.listens) ?? [];
  if (found.length === 0) return null;
  return found.every(({state}) => state === states.closed) ? 'closed' : 'open';
}

function tcpSockets(pid: number | 'self'): (TcpSocket & {state: string})[] | null {
  const tables = ['tcp', 'tcp6'].map((name) => readOrNull(`/proc/${pid}/net/${name}`)).filter((text) => text !== null);
  if (tables.length === 0) return null;
  const rows = tables.flatMap((table) => table.split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  // Columns: slot, local address, remote address, state, …, inode.
  return rows.flatMap(([, local = '', , state, , , , , , inode]) => {
    const [hex, port] = local.split(':');
    if (state === undefined || inode === undefined || hex === undefined || port === undefined) return [];
    return [{address: addressText(hex), port: Number.parseInt(port, 16), inode, state}];
  });
}

/** Inodes of the sockets a process has open. Throws what the system throws where this user may not look. */
export function socketInodes(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((fd) => linkTarget(`${folder}/${fd}`));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/** The kernel prints an address as 32-bit words in its own byte order. */
function addressText(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex').reverse()]);
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({length: 8}, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16));
  const mapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (mapped) return bytes.slice(12).join('.');
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
