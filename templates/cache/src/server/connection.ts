import type {Socket} from 'node:net';
import {L2FrameError, L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeRequest, type L2Request} from '@sutra/contract/l2-frames';
import {l2Limits, l2Ops, l2Version} from '@sutra/contract/l2-protocol';
import {oneBufferSocket} from './one-buffer-socket.js';
import type {ReplyBuffer} from './reply-buffer.js';
import type {RequestHandler} from './request-handler.js';

/** Replies that a client has not taken: beyond it nothing more is read from it. */
const unsentBytesAtMost = 1024 * 1024;
/** Puts and the like of one connection that are not answered yet. */
const openAtMost = 1024;
const helloDeadlineMs = 10_000;
/** For a frame to become whole, and for a client to take some of its replies. */
const progressDeadlineMs = 10_000;
/** For a client to close its end after we closed ours. */
const lingerMs = 1000;
const nothing = Buffer.alloc(0);

interface Surroundings {
  handler: RequestHandler;
  out: ReplyBuffer;
  endReads(): void;
  onHello(name: string): void;
}

/** One client: cuts its bytes into requests, and lets it neither flood nor stall the shard. */
export class Connection {
  /** Not the accepted one. */
  readonly socket: Socket;
  readonly #around: Surroundings;
  readonly #reader = new L2FrameReader();
  readonly #openedMs: number;
  #greeted = false;
  #blocked = false;
  #ending = false;
  #open = 0;
  #halfSinceMs: number | null = null;
  #unsent: {sinceMs: number; bytesWritten: number} | null = null;

  constructor(accepted: Socket, around: Surroundings, nowMs: number) {
    const socket = oneBufferSocket(accepted, (chunk) => this.#take(chunk));
    this.socket = socket;
    this.#around = around;
    this.#openedMs = nowMs;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('drain', () => this.#unblock());
    socket.on('error', () => socket.destroy());
  }

  /** Bytes of a frame that is not whole yet. */
  get heldBytes(): number {
    return this.#reader.heldBytes;
  }

  /** Why its time is up, or null. Asked about once a second. */
  overdue(nowMs: number): string | null {
    if (!this.#greeted && nowMs - this.#openedMs > helloDeadlineMs) return 'it did not say hello';
    if (this.#reader.heldBytes === 0) this.#halfSinceMs = null;
    else this.#halfSinceMs ??= nowMs;
    if (this.#halfSinceMs !== null && nowMs - this.#halfSinceMs > progressDeadlineMs && !this.#blocked) {
      return 'its request did not become whole';
    }
    const {writableLength, bytesWritten} = this.socket;
    if (writableLength === 0) this.#unsent = null;
    else if (this.#unsent?.bytesWritten !== bytesWritten - writableLength) {
      this.#unsent = {sinceMs: nowMs, bytesWritten: bytesWritten - writableLength};
    }
    return this.#unsent !== null && nowMs - this.#unsent.sinceMs > progressDeadlineMs ? 'it takes no replies' : null;
  }

  /** Reads nothing more; what was asked is answered, then the connection ends. */
  finish(): void {
    this.#ending = true;
    this.socket.pause();
    this.#endWhenAnswered();
  }

  #take(chunk: Buffer): void {
    if (this.#ending) return;
    this.#reader.push(chunk);
    this.#pump();
  }

  #pump(): void {
    const {out, endReads} = this.#around;
    try {
      while (!this.#blocked && !this.#ending && this.#reader.next()) {
        this.#halfSinceMs = null;
        this.#handle();
        if (out.length > unsentBytesAtMost) this.#flush();
      }
    } catch (error) {
      if (!(error instanceof L2FrameError)) throw error;
      out.append(this.#around.handler.refusal(0, 'bad_frame', error.message));
      this.#ending = true;
    }
    endReads();
    this.#flush();
    if (this.#blocked) this.#reader.keep();
    if (this.#ending) this.#endWhenAnswered();
  }

  #handle(): void {
    const {handler, out} = this.#around;
    const {bytes, start, end} = this.#reader;
    if (this.#greeted && handler.answerGetFrame(bytes, start, end, out)) return;
    const request = decodeRequest(bytes, start, end);
    const refusal = this.#refusalOf(request);
    if (refusal !== null) out.append(refusal);
    else if (request.op === l2Ops.getMany) {
      handler.answerGet(request.id, request.keys, 0, request.keys.length / l2Limits.keyBytes, out);
    } else if (request.op !== null) this.#answerLater(request);
  }

  #refusalOf(request: L2Request): Buffer | null {
    const {handler, onHello} = this.#around;
    if (request.op === null) return handler.refusal(request.id, 'invalid', request.problem);
    if (request.op === l2Ops.hello) {
      if (request.body.version < 1) return this.#badVersion(request.id, `version ${request.body.version}`);
      if (!this.#greeted) onHello(request.body.name);
      this.#greeted = true;
    }
    if (!this.#greeted) return this.#badVersion(request.id, 'a request before hello');
    return this.#open < openAtMost ? null : handler.refusal(request.id, 'overloaded', 'too many requests are open');
  }

  #badVersion(id: number, found: string): Buffer {
    this.#ending = true;
    return this.#around.handler.refusal(id, 'bad_version', `${found}: this shard speaks versions 1 to ${l2Version}`);
  }

  #answerLater(request: Exclude<L2Request, {op: typeof l2Ops.getMany} | {op: null}>): void {
    this.#open += 1;
    void this.#around.handler.answer(request).then((reply) => {
      this.#open -= 1;
      if (!this.socket.destroyed) this.socket.write(reply);
      if (this.#ending) this.#endWhenAnswered();
    });
  }

  #flush(): void {
    this.#around.out.flush(this.socket);
    if (this.#blocked || this.socket.writableLength < unsentBytesAtMost) return;
    this.#blocked = true;
    this.socket.pause();
  }

  #unblock(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#take(nothing);
    if (!this.#blocked && !this.#ending) this.socket.resume();
  }

  /** What still comes is read and dropped: bytes left unread would cost the client the replies it was sent. */
  #endWhenAnswered(): void {
    this.socket.pause();
    if (this.#open > 0 || this.socket.writableEnded) return;
    this.socket.resume();
    this.socket.end();
    setTimeout(() => this.socket.destroy(), lingerMs).unref();
  }
}
