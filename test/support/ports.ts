import {once} from 'node:events';
import {createServer} from 'node:net';

/** Below the ports that systems give to outgoing connections. */
const first = 20_000;
const blocks = 1_200;
/** Ports of a block, the one that is listened on as the mark of its owner among them. */
const size = 10;
let next = (process.pid * 31) % blocks;

/**
 * The first of nine consecutive TCP ports that no other test on this machine uses, another worker's or another checkout's
 * included, for as long as this process lives: it listens on the port before them.
 */
export async function leasePorts(): Promise<number> {
  for (let tried = 0; tried < blocks; tried += 1) {
    const mark = first + size * next;
    next = (next + 1) % blocks;
    const server = createServer().listen({port: mark, host: '127.0.0.1', exclusive: true});
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.unref();
    if (free) return mark + 1;
  }
  throw new Error('every block of ports is taken');
}
