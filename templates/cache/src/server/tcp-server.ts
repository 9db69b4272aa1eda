import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {Connection, type Surroundings} from './connection.js';
import {MemoryBudget} from './memory-budget.js';
import {RefusalLog} from './refusal-log.js';
import {ReplyBuffer} from './reply-buffer.js';
import type {RequestHandler} from './request-handler.js';

const connectionsAtMost = 512;
/** Of those that have not said who they are. One more ends the oldest of them, so that a client of ours gets its turn. */
const strangersAtMost = 64;
/** Half requests and replies that were not taken, of all connections together. */
const memoryBytesAtMost = 64 * 1024 * 1024;
/** For the answers that are still owed when the shard stops. */
const finishMs = 5000;

interface Options {
  handler: RequestHandler;
  /** Null: whoever connects is served. */
  secret: string | null;
  endReads(): void;
  onEvent(event: string, fields: object): void;
}

/** Accepts clients, and ends those whose time is up. */
export class TcpServer {
  readonly #options: Options;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  /** In the order they came. */
  readonly #strangers = new Set<Connection>();
  readonly #refusals: RefusalLog;
  readonly #around: Surroundings;
  readonly #watch: NodeJS.Timeout;

  constructor(options: Options) {
    const {handler, secret, endReads, onEvent} = options;
    this.#options = options;
    this.#refusals = new RefusalLog(onEvent);
    this.#around = {
      handler,
      secret,
      endReads,
      out: new ReplyBuffer(),
      budget: new MemoryBudget(memoryBytesAtMost),
      onGreeted: (connection) => this.#greeted(connection),
      onEnded: (connection, reason) => this.#ended(connection, reason),
    };
    this.#server = createServer({pauseOnConnect: true}, (socket) => this.#accept(socket));
    this.#watch = setInterval(() => this.#endOverdue(), 1000).unref();
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Connections that ended before they might be served, or that were one too many. */
  get refusedConnections(): number {
    return this.#refusals.count;
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
    if (this.#connections.size - this.#strangers.size >= connectionsAtMost) {
      this.#refusals.refused(`${accepted.remoteAddress}:${accepted.remotePort}`, 'too many connections');
      accepted.destroy();
      return;
    }
    const [oldest] = this.#strangers;
    if (oldest !== undefined && this.#strangers.size >= strangersAtMost) {
      oldest.giveUp('too many connections without a completed handshake');
      this.#strangers.delete(oldest);
    }
    const connection = new Connection(accepted, this.#around, performance.now());
    this.#connections.add(connection);
    this.#strangers.add(connection);
    connection.socket.once('close', () => {
      this.#connections.delete(connection);
      this.#strangers.delete(connection);
    });
  }

  #greeted(connection: Connection): void {
    this.#strangers.delete(connection);
    this.#options.onEvent(`connection from ${connection.handshake.name}`, {peer: connection.peer});
  }

  #ended({peer, handshake}: Connection, reason: string): void {
    if (handshake.done) this.#options.onEvent('connection ended', {peer, reason});
    else this.#refusals.refused(peer, reason);
  }

  #endOverdue(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      const reason = connection.overdue(nowMs);
      if (reason !== null) connection.giveUp(reason);
    }
  }
}
