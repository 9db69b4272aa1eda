import {connect as connectTcp, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import {pinned} from '../../../system/tls/pinned-certificate.js';
import {errorKind} from './error-kind.js';
import {ResponseReader} from './response-reader.js';

/** Where requests go. The address is resolved once, before the run. */
export interface Endpoint {
  address: string;
  port: number;
  tls: boolean;
  /** The name the certificate must have; null where the URL has an address, which it must have then. */
  serverName: string | null;
  /** Trusted instead of the system's, whatever their name; empty: those of the system. */
  certificates: string[];
}

export interface ConnectionEvents {
  /** An answer is whole, whatever its status. */
  answered(connection: HttpConnection, status: number): void;
  /** The request on it came to nothing; the connection is closed and can be used again. */
  failed(connection: HttpConnection, kind: string): void;
}

const readBufferBytes = 16_384;

/**
 * One kept HTTP/1.1 connection with at most one request on it, sent exactly once: no retry, no pipelining. Opens itself
 * when a request meets it closed, which is then part of that request's time.
 */
export class HttpConnection {
  /** Of the request on it, by the engine's clock. */
  dueMs = 0;
  sentMs = 0;
  busy = false;
  #socket: Socket | null = null;
  #open = false;
  #request: string | null = null;
  #whenOpen: ((opened: boolean) => void) | null = null;
  readonly #endpoint: Endpoint;
  readonly #events: ConnectionEvents;
  readonly #trust: ReturnType<typeof pinned> | undefined;
  readonly #reader = new ResponseReader();
  readonly #buffer = Buffer.allocUnsafeSlow(readBufferBytes);

  constructor(endpoint: Endpoint, events: ConnectionEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    if (endpoint.certificates.length > 0) this.#trust = pinned(endpoint.certificates);
  }

  /** Ready to send at once. */
  get warm(): boolean {
    return this.#open;
  }

  /** Opens without a request; resolves with whether it is open. Never rejects: the first request will say why. */
  warmUp(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#whenOpen = resolve;
      this.#connect();
    });
  }

  /** `request`: head and body. */
  send(request: string): void {
    this.busy = true;
    this.#reader.reset();
    if (this.#open && this.#socket !== null) {
      this.#socket.write(request, 'utf8');
      return;
    }
    this.#request = request;
    if (this.#socket === null) this.#connect();
  }

  /** Gives up the request on it. */
  giveUp(kind: string): void {
    this.#lose(kind);
  }

  close(): void {
    this.busy = false;
    this.#lose('closed');
  }

  #connect(): void {
    const {address, port, tls, serverName} = this.#endpoint;
    // Node would allocate 64 KB for every read.
    const onread = {
      buffer: this.#buffer,
      callback: (size: number, bytes: Uint8Array) => this.#read(size, bytes as Buffer),
    };
    const options = {host: address, port, noDelay: true, onread};
    const name = serverName === null ? {} : {servername: serverName};
    const secure = {...options, ...this.#trust, ...name, ALPNProtocols: ['http/1.1']};
    const socket = tls ? connectTls(secure) : connectTcp(options);
    this.#socket = socket;
    socket.once(tls ? 'secureConnect' : 'connect', () => this.#opened(socket));
    socket.on('error', (error) => socket === this.#socket && this.#lose(errorKind(error, !this.#open)));
    socket.once('end', () => socket === this.#socket && this.#ended());
    socket.once('close', () => socket === this.#socket && this.#ended());
  }

  #opened(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#open = true;
    this.#whenOpen?.(true);
    this.#whenOpen = null;
    const request = this.#request;
    this.#request = null;
    if (request !== null) socket.write(request, 'utf8');
  }

  #read(size: number, bytes: Buffer): boolean {
    if (!this.busy) {
      this.#lose('unasked');
      return true;
    }
    const state = this.#reader.push(bytes, size);
    if (state === 'more') return true;
    if (state === 'bad') this.#lose('bad-answer');
    else this.#answered();
    return true;
  }

  #answered(): void {
    this.busy = false;
    if (this.#reader.closes) this.#drop();
    this.#events.answered(this, this.#reader.status);
  }

  #ended(): void {
    if (this.busy && this.#reader.end() === 'done') this.#answered();
    else this.#lose(this.#reader.begun && this.busy ? 'cut-short' : 'connection-closed');
  }

  #lose(kind: string): void {
    const wasBusy = this.busy;
    this.busy = false;
    this.#drop();
    this.#whenOpen?.(false);
    this.#whenOpen = null;
    if (wasBusy) this.#events.failed(this, kind);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    this.#request = null;
    socket?.destroy();
  }
}
