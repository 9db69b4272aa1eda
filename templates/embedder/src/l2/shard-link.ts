import {connect, type Socket} from 'node:net';
import {L2FrameError, L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeErrorBody} from '@sutra/contract/l2-frames';
import {readReplyHead} from '@sutra/contract/l2-get-frames';
import {greetShard} from '@sutra/contract/l2-greeting';
import {l2Limits, l2Status} from '@sutra/contract/l2-protocol';
import {greetingCalls} from './greeting-calls.js';
import {type LinkCall, LinkFailure, LinkRefusal, type LinkRequest} from './link-call.js';

export interface LinkOptions {
  host: string;
  port: number;
  /** Said at hello. */
  name: string;
  /** Read for every connection, so that another secret needs no restart. Null: the shard is believed without. */
  secret(): string | null;
  /** What every sound reply carries, before its caller goes on with it. */
  onGeneration(generation: number): void;
  /** After hello and before anything else; `ask` is open to it only. When it rejects, the connection is given up. */
  onGreeted(ask: LinkCall): Promise<void>;
  onReady(): void;
  onLost(reason: string): void;
}

interface Pending {
  read(bytes: Buffer, start: number, end: number): void;
  fail(error: Error): void;
  timer: NodeJS.Timeout;
}

const connectDeadlineMs = 1_000;
const firstBackOffMs = 50;
const longestBackOffMs = 1_000;
/** A connection that stood for so long was sound: the next loss begins with a short pause again. */
const steadyMs = 5_000;
/** Requests that may be open, so that a shard that hangs costs no more memory than this. */
const openAtMost = 4_096;

/** One connection to a shard, made again whenever it is lost; any number of requests may be open on it. */
export class ShardLink {
  readonly #options: LinkOptions;
  readonly #pending = new Map<number, Pending>();
  #socket: Socket | null = null;
  #state: 'connecting' | 'ready' | 'waiting' | 'closed' = 'waiting';
  /** Frames of calls that were made while the connection is being made. */
  #held: Buffer[] = [];
  #nextId = 1;
  #backOffMs = firstBackOffMs;
  #readyAtMs = 0;
  /** The other end is the shard of this stack, as far as that can be asked. */
  #known = false;
  /** Of the last reply. */
  #generation = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#connect();
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  /**
   * Rejects with LinkFailure or LinkRefusal. While the connection is being made a call waits for it; between two tries
   * it fails at once.
   */
  readonly call: LinkCall = (request) => {
    if (this.#state === 'ready') return this.#send(request, (frame) => this.#socket?.write(frame));
    if (this.#state === 'connecting') return this.#send(request, (frame) => this.#held.push(frame));
    return Promise.reject(new LinkFailure('the shard is not connected'));
  };

  /** Whatever is open fails, and the connection is made anew. */
  reset(reason: string): void {
    if (this.#state === 'closed' || this.#state === 'waiting') return;
    if (this.#state === 'ready' && performance.now() - this.#readyAtMs > steadyMs) this.#backOffMs = firstBackOffMs;
    this.#drop(reason);
    this.#state = 'waiting';
    this.#retry = setTimeout(() => this.#connect(), this.#backOffMs * (0.8 + 0.4 * Math.random())).unref();
    this.#backOffMs = Math.min(longestBackOffMs, this.#backOffMs * 2);
    this.#options.onLost(reason);
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#retry);
    this.#drop('the embedder stops');
  }

  #connect(): void {
    const {host, port} = this.#options;
    const socket = connect({host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000});
    const reader = new L2FrameReader(l2Limits.greetingBytes);
    this.#state = 'connecting';
    this.#known = false;
    this.#socket = socket;
    const lost = (reason: string) => {
      if (this.#socket === socket) this.reset(reason);
    };
    socket.on('data', (chunk: Buffer) => {
      if (this.#socket !== socket) return;
      try {
        this.#take(reader, chunk);
      } catch (error) {
        if (!(error instanceof L2FrameError)) throw error;
        lost(`it does not speak the cache protocol: ${error.message}`);
      }
    });
    socket.on('error', (error: NodeJS.ErrnoException) => lost(error.code ?? error.message));
    socket.on('close', () => lost('it closed the connection'));
    const late = setTimeout(() => lost('it does not answer'), connectDeadlineMs).unref();
    socket.once('close', () => clearTimeout(late));
    socket.once('connect', () => {
      clearTimeout(late);
      this.#greet(socket, reader).catch((error: Error) => lost(error.message));
    });
  }

  async #greet(socket: Socket, reader: L2FrameReader): Promise<void> {
    const ask: LinkCall = (request) => this.#send(request, (frame) => socket.write(frame));
    const {name, secret} = this.#options;
    await greetShard(greetingCalls(ask), {name, secret: secret()});
    reader.maxBytes = l2Limits.frameBytes;
    this.#known = true;
    this.#options.onGeneration(this.#generation);
    await this.#options.onGreeted(ask);
    if (this.#socket !== socket) return;
    this.#state = 'ready';
    this.#readyAtMs = performance.now();
    for (const frame of this.#held.splice(0)) socket.write(frame);
    this.#options.onReady();
  }

  #send<T>({frame, read, deadlineMs}: LinkRequest<T>, write: (frame: Buffer) => void): Promise<T> {
    if (this.#pending.size >= openAtMost) return Promise.reject(new LinkFailure('too many requests are open'));
    const id = this.#nextId;
    this.#nextId = id === 0xff_ff_ff_ff ? 1 : id + 1;
    return new Promise<T>((resolve, reject) => {
      const expire = () => reject(new LinkFailure(`no answer within ${deadlineMs} ms`));
      this.#pending.set(id, {
        read: (bytes, start, end) => resolve(read(bytes, start, end)),
        fail: reject,
        // What has arrived by now is read first: it was this process that was late, not the shard. An answer that comes
        // after its deadline still has its id here, so that it is known for one.
        timer: setTimeout(() => setImmediate(expire), deadlineMs),
      });
      write(frame(id));
    });
  }

  #take(reader: L2FrameReader, chunk: Buffer): void {
    reader.push(chunk);
    while (reader.next()) {
      const {bytes, start, end} = reader;
      const {status, id, generation} = readReplyHead(bytes, start, end);
      const pending = this.#pending.get(id);
      if (pending === undefined) throw new L2FrameError('an answer to a question that was not asked');
      this.#pending.delete(id);
      this.#generation = generation;
      clearTimeout(pending.timer);
      try {
        if (status === l2Status.ok) {
          pending.read(bytes, start, end);
          if (this.#known) this.#options.onGeneration(generation);
        } else {
          const {code, message} = decodeErrorBody(bytes, start, end);
          if (this.#known) this.#options.onGeneration(generation);
          pending.fail(new LinkRefusal(code, message));
        }
      } catch (error) {
        pending.fail(new LinkFailure(error instanceof Error ? error.message : String(error)));
        throw error;
      }
    }
  }

  #drop(reason: string): void {
    this.#socket?.destroy();
    this.#socket = null;
    this.#held = [];
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const {timer, fail} of open) {
      clearTimeout(timer);
      fail(new LinkFailure(reason));
    }
  }
}
