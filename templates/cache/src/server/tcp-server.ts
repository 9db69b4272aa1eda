import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {Connection} from './connection.js';
import {ReplyBuffer} from './reply-buffer.js';
import type {RequestHandler} from './request-handler.js';

const connectionsAtMost = 1024;
/** Half frames of all connections together. */
const heldBytesAtMost = 128 * 1024 * 1024;
/** For the answers that are still owed when the shard stops. */
const finishMs = 5000;

interface Options {
  handler: RequestHandler;
  endReads(): void;
  onEvent(event: string, fields: object): void;
}

/** Accepts clients, and ends those whose time is up. */
export class TcpServer {
  readonly #options: Options;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #out = new ReplyBuffer();
  readonly #watch: NodeJS.Timeout;

  constructor(options: Options) {
    this.#options = options;
    this.#server = createServer({pauseOnConnect: true}, (socket) => this.#accept(socket));
    this.#watch = setInterval(() => this.#endOverdue(), 1000).unref();
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({host, port}, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Accepts no one, answers what was asked, ends every connection. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#server.close();
    for (const connection of this.#connections) connection.finish();
    const closing = [...this.#connections].map(({socket}) => once(socket, 'close'));
    await Promise.race([Promise.all(closing), sleep(finishMs, undefined, {ref: false})]);
    for (const {socket} of this.#connections) socket.destroy();
  }

  #accept(accepted: Socket): void {
    if (this.#connections.size >= connectionsAtMost) {
      accepted.destroy();
      return;
    }
    const {handler, endReads, onEvent} = this.#options;
    const peer = `${accepted.remoteAddress}:${accepted.remotePort}`;
    const onHello = (name: string) => onEvent(`connection from ${name}`, {peer});
    const connection = new Connection(accepted, {handler, out: this.#out, endReads, onHello}, performance.now());
    this.#connections.add(connection);
    connection.socket.once('close', () => this.#connections.delete(connection));
  }

  #endOverdue(): void {
    const nowMs = performance.now();
    let heldBytes = 0;
    for (const connection of this.#connections) {
      const {socket} = connection;
      heldBytes += connection.heldBytes;
      const reason = heldBytes > heldBytesAtMost ? 'too many half requests' : connection.overdue(nowMs);
      if (reason === null) continue;
      this.#options.onEvent('connection ended', {peer: `${socket.remoteAddress}:${socket.remotePort}`, reason});
      socket.destroy();
    }
  }
}
