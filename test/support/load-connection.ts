import {connect, type Socket} from 'node:net';

/** Between a request's headers and its body where the body is to come in a later packet. */
const bodyLaterMs = 5;
const connectionLost = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'CLOSED']);

/** No answer: `kind` is the code of the socket's error, CLOSED, TIMEOUT, or a status. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly kind: string;

  constructor(kind: string) {
    super(`no answer: ${kind}`);
    this.kind = kind;
  }

  get isReset(): boolean {
    return connectionLost.has(this.kind);
  }
}

export interface Answer {
  status: number;
  text: string;
}

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (reason: NoAnswer) => void;
}

/**
 * One kept HTTP/1.1 connection that sends one request at a time, exactly once: no retry, no pipelining, so that what the
 * other side loses is seen as lost.
 */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #waiting: Waiting | null = null;
  #received = Buffer.alloc(0);
  #open = true;

  constructor({hostname, port, host}: URL) {
    this.#host = host;
    this.#socket = connect({host: hostname, port: Number(port), noDelay: true});
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#lose(error.code ?? error.name));
    this.#socket.on('close', () => this.#lose('CLOSED'));
    this.#socket.on('end', () => this.#lose('CLOSED'));
  }

  /** It stands, and nobody waits for an answer on it. */
  get isIdle(): boolean {
    return this.#open && this.#waiting === null;
  }

  /** POSTs a body and resolves when the answer has come whole. Rejects with NoAnswer. */
  async post(
    path: string,
    body: Buffer,
    {bodyLater, timeoutMs}: {bodyLater: boolean; timeoutMs: number},
  ): Promise<Answer> {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const {promise, resolve, reject} = Promise.withResolvers<Answer>();
    this.#waiting = {resolve, reject};
    const timer = setTimeout(() => this.#lose('TIMEOUT'), timeoutMs);
    this.#socket.write(head);
    if (bodyLater) setTimeout(() => this.#open && this.#socket.write(body), bodyLaterMs);
    else this.#socket.write(body);
    return await promise.finally(() => clearTimeout(timer));
  }

  close(): void {
    this.#open = false;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = this.#received.subarray(0, headEnd).toString('latin1');
    const lengthBytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < headEnd + 4 + lengthBytes) return;
    const text = this.#received.subarray(headEnd + 4).toString('utf8');
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (/^connection: *close/im.test(head)) this.close();
    waiting?.resolve({status: Number(head.slice(9, 12)), text});
  }

  #lose(kind: string): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.close();
    waiting?.reject(new NoAnswer(kind));
  }
}
