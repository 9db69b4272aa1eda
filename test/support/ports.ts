import {once} from 'node:events';
import {createServer} from 'node:net';

/** Marks of nine ports each, below those that systems give to outgoing connections and above those of the offsets. */
export const blocks = range(25_500, 32_000, 10);

/**
 * Offsets of whole stacks. With them the cache shard, at 50052 and more, is above the ports that Linux gives to outgoing
 * connections, and everything else below. Thousands are left to stacks that Sutra makes for itself.
 */
export const offsets = range(11_100, 15_500, 100).filter((offset) => offset % 1_000 !== 0);

/**
 * The first of nine consecutive TCP ports that no other test on this machine uses, another worker's or another checkout's
 * included, for as long as this process lives: it listens on the port before them.
 */
export async function leasePorts(): Promise<number> {
  return (await lease('block of ports', blocks, (block) => [block])) + 1;
}

/** One of `among` as `--port-offset`, with ports that are nobody else's either. */
export function leaseOffset(among: readonly number[] = offsets): Promise<number> {
  return lease('offset', among, marksOf);
}

/** The same as the flag of a command. */
export async function offsetFlags(): Promise<string[]> {
  return ['--port-offset', String(await leaseOffset())];
}

/**
 * Ports that no stack uses, among those of the services (8887 and more) and those of HAProxy's page (9999). They are 1100
 * apart, so that of two offsets with that difference, whose stacks would meet, only one is leased.
 */
export function marksOf(offset: number): number[] {
  return [8_890 + offset, 9_990 + offset];
}

/** The first whose marks this process can hold. Processes begin at different ones. */
async function lease(what: string, all: readonly number[], marks: (candidate: number) => number[]): Promise<number> {
  const start = (process.pid * 31) % all.length;
  for (const candidate of [...all.slice(start), ...all.slice(0, start)]) {
    if (await holdAll(marks(candidate))) return candidate;
  }
  throw new Error(`every ${what} is taken`);
}

/** Listens on these ports of loopback until this process ends. False, and none of them held, where another does. */
async function holdAll(ports: readonly number[]): Promise<boolean> {
  const servers = ports.map((port) => createServer().listen({port, host: '127.0.0.1', exclusive: true}).unref());
  const held = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
  const all = held.every(({status}) => status === 'fulfilled');
  if (!all) for (const server of servers) server.close();
  return all;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({length: (to - from) / step}, (_, index) => from + step * index);
}
