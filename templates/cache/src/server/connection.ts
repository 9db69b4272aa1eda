import type {Socket} from 'node:net';
import {L2FrameError, L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeRequest, type L2Request} from '@sutra/contract/l2-frames';
import {l2Limits, l2Ops} from '@sutra/contract/l2-protocol';
import {ConnectionDeadlines} from './connection-deadlines.js';
import {Handshake} from './handshake.js';
import type {Holder, MemoryBudget} from './memory-budget.js';
import {oneBufferSocket} from './one-buffer-socket.js';
import type {ReplyBuffer} from './reply-buffer.js';
import type {RequestHandler, SlowRequest} from './request-handler.js';

/** Replies that a client has not taken: beyond it nothing more is read from it. */
const unsentBytesAtMost = 1024 * 1024;
/** Puts and the like of one connection that are not answered yet. */
const openAtMost = 1024;
/** For a client to close its end after we closed ours. */
const lingerMs = 1000;
const nothing = Buffer.alloc(0);

export interface Surroundings {
  handler: RequestHandler;
  out: ReplyBuffer;
  budget: MemoryBudget;
  /** Null: whoever connects is served. */
  secret: string | null;
  endReads(): void;
  onGreeted(connection: Connection): void;
  /** The connection ends for this. */
  onEnded(connection: Connection, reason: string): void;
}

/** One client: cuts its bytes into requests, and lets it neither flood nor stall the shard. */
export class Connection implements Holder {
  /** Not the accepted one. */
  readonly socket: Socket;
  readonly peer: string;
  readonly handshake: Handshake;
  readonly #around: Surroundings;
  readonly #reader = new L2FrameReader(l2Limits.greetingBytes);
  readonly #deadlines: ConnectionDeadlines;
  #blocked = false;
  #ending = false;
  #open = 0;

  constructor(accepted: Socket, around: Surroundings, nowMs: number) {
    this.peer = `${accepted.remoteAddress}:${accepted.remotePort}`;
    const socket = oneBufferSocket(accepted, (chunk) => this.#take(chunk));
    this.socket = socket;
    this.handshake = new Handshake(around.secret);
    this.#around = around;
    this.#deadlines = new ConnectionDeadlines(nowMs);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('drain', () => this.#unblock());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => around.budget.forget(this));
  }

  memoryBytes(): number {
    return this.#reader.memoryBytes + this.socket.writableLength;
  }

  giveUp(reason: string): void {
    this.#around.onEnded(this, reason);
    this.#ending = true;
    this.socket.destroy();
  }

  /** Why its time is up, or null. Asked about once a second. */
  overdue(nowMs: number): string | null {
    const half = this.#reader.heldBytes > 0 && !this.#blocked;
    return this.#deadlines.overdue(nowMs, {greeted: this.handshake.done, half, socket: this.socket});
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
    if (!this.socket.destroyed) this.#around.budget.note(this);
  }

  #pump(): void {
    const {out, endReads, handler} = this.#around;
    try {
      while (!this.#blocked && !this.#ending && this.#reader.next()) {
        this.#deadlines.wasWhole();
        this.#handle();
        if (out.length > unsentBytesAtMost) this.#flush();
      }
    } catch (error) {
      if (!(error instanceof L2FrameError)) throw error;
      out.append(handler.refusal(0, 'bad_frame', error.message));
      this.#end(error.message);
    }
    endReads();
    this.#flush();
    if (this.#blocked) this.#reader.keep();
    if (this.#ending) this.#endWhenAnswered();
  }

  #handle(): void {
    const {handler, out} = this.#around;
    const {bytes, start, end} = this.#reader;
    if (this.handshake.done && handler.answerGetFrame(bytes, start, end, out)) return;
    const request = decodeRequest(bytes, start, end);
    if (this.#greet(request)) return;
    if (request.op === null) out.append(handler.refusal(request.id, 'invalid', request.problem));
    else if (this.#open >= openAtMost) {
      out.append(handler.refusal(request.id, 'overloaded', 'too many requests are open'));
    } else if (request.op === l2Ops.getMany) {
      handler.answerGet(request.id, request.keys, 0, request.keys.length / l2Limits.keyBytes, out);
    } else if (request.op !== l2Ops.hello && request.op !== l2Ops.prove) this.#answerLater(request);
  }

  /** False: the client is known, and the request is none of the handshake. */
  #greet(request: L2Request): boolean {
    const {handler, out, onGreeted} = this.#around;
    const known = this.handshake.done;
    const step = this.handshake.next(request);
    if (step.kind === 'pass') return false;
    if (step.kind === 'hello') out.append(handler.hello(request.id, step.challenge));
    else if (step.kind === 'proof') out.append(handler.proof(request.id, step.proof));
    else {
      out.append(handler.refusal(request.id, step.code, step.message));
      this.#end(step.message);
    }
    if (!known && this.handshake.done) {
      this.#reader.maxBytes = l2Limits.frameBytes;
      onGreeted(this);
    }
    return true;
  }

  #end(reason: string): void {
    this.#ending = true;
    this.#around.onEnded(this, reason);
  }

  #answerLater(request: SlowRequest): void {
    this.#open += 1;
    void this.#around.handler.answer(request).then((reply) => {
      this.#open -= 1;
      if (!this.socket.destroyed) {
        this.socket.write(reply);
        this.#around.budget.note(this);
      }
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
