import {connect, type Socket} from 'node:net';
import {L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {
  decodeErrorBody,
  decodeReplyBody,
  encodeRequest,
  type L2ColdOp,
  type L2ReplyBody,
  type L2RequestBody,
} from '@sutra/contract/l2-frames';
import {readReplyHead} from '@sutra/contract/l2-get-frames';
import {greetShard, L2Imposter} from '@sutra/contract/l2-greeting';
import {type L2ErrorCode, l2Status} from '@sutra/contract/l2-protocol';
import {type FailureCode, SutraError} from '../errors.js';

export interface ShardAddress {
  host: string;
  port: number;
  /** What both ends must know; null: nothing. */
  secret: string | null;
}

/** A connection to a cache shard that has said hello. One question at a time. */
export interface ShardSession extends Disposable {
  /** As of the last reply; see `l2-protocol.ts`. */
  readonly generation: number;
  /** Vectors it holds at most. */
  readonly capacity: number;
  /** Throws NETWORK when no answer comes within the time, or it refuses: `details.refusal` is its code. */
  call<O extends L2ColdOp>(op: O, body: L2RequestBody<O>, timeoutMs: number): Promise<L2ReplyBody<O>>;
}

const helloMs = 10_000;

/**
 * Connects and says hello, with a proof of the secret where there is one. The signal ends whatever is asked at that
 * moment. Throws NETWORK, PERMISSION where the secret is not the shard's.
 */
export async function openShard(address: ShardAddress, signal: AbortSignal): Promise<ShardSession> {
  const {host, port, secret} = address;
  const session = new Session(connect({host, port}), address, signal);
  try {
    const greeting = {name: 'sutra', secret};
    const {capacity} = await greetShard((op, body) => session.call(op, body, helloMs), greeting);
    session.capacity = capacity;
    return session;
  } catch (error) {
    session[Symbol.dispose]();
    throw error instanceof L2Imposter ? session.unauthorized(error.message) : error;
  }
}

export interface ShardCall<O extends L2ColdOp> extends ShardAddress {
  op: O;
  body: L2RequestBody<O>;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Asks a cache shard one thing over a connection of its own. Throws NETWORK when it does not answer, or refuses. */
export async function callShard<O extends L2ColdOp>(call: ShardCall<O>): Promise<L2ReplyBody<O>> {
  const {host, port, secret} = call;
  using session = await openShard({host, port, secret}, call.signal);
  return await session.call(call.op, call.body, call.timeoutMs);
}

interface Waiting {
  id: number;
  resolve: (frame: Buffer) => void;
  reject: (error: unknown) => void;
}

const secretCure = [
  'run sutra deploy: it gives the same secret to the shard and its clients',
  'for an external shard: set SUTRA_CACHE_SECRET to its secret, or to off if it has none, then run sutra deploy',
];

const refusalCures: Partial<Record<L2ErrorCode, string>> = {
  disk_full: 'free space on the disk with the data of the shard',
  invalid: 'the shard may be of an older version: run sutra stop, then sutra deploy',
};

class Session implements ShardSession {
  generation = 0;
  capacity = 0;
  readonly #socket: Socket;
  readonly #where: string;
  readonly #signal: AbortSignal;
  readonly #reader = new L2FrameReader();
  #waiting: Waiting | null = null;
  #lost: SutraError | null = null;
  #nextId = 0;

  constructor(socket: Socket, {host, port}: ShardAddress, signal: AbortSignal) {
    this.#socket = socket;
    this.#where = `the cache shard at ${host}:${port}`;
    this.#signal = signal;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#lose('it closed the connection'));
  }

  async call<O extends L2ColdOp>(op: O, body: L2RequestBody<O>, timeoutMs: number): Promise<L2ReplyBody<O>> {
    this.#signal.throwIfAborted();
    if (this.#lost !== null) throw this.#lost;
    const id = this.#nextId;
    this.#nextId += 1;
    const {promise, resolve, reject} = Promise.withResolvers<Buffer>();
    this.#waiting = {id, resolve, reject};
    const timer = setTimeout(() => this.#lose(`no answer within ${timeoutMs} ms`), timeoutMs);
    const onAbort = () => reject(this.#signal.reason);
    this.#signal.addEventListener('abort', onAbort, {once: true});
    this.#socket.write(encodeRequest(op, id, body));
    try {
      const frame = await promise;
      return decodeReplyBody(op, frame, 0, frame.length);
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', onAbort);
      this.#waiting = null;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
      while (this.#reader.next()) {
        const {bytes, start, end} = this.#reader;
        this.#settle(Buffer.from(bytes.subarray(start, end)));
      }
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #settle(frame: Buffer): void {
    const {id, status, generation} = readReplyHead(frame, 0, frame.length);
    this.generation = generation;
    if (status !== l2Status.ok) {
      const {code, message} = decodeErrorBody(frame, 0, frame.length);
      this.#waiting?.reject(this.#refusal(code, message));
    } else if (id === this.#waiting?.id) this.#waiting.resolve(frame);
  }

  unauthorized(reason: string): SutraError {
    return new SutraError('PERMISSION', `${this.#where}: ${reason}`, {cure: secretCure});
  }

  #refusal(code: L2ErrorCode, message: string): SutraError {
    if (code === 'unauthorized') return this.unauthorized(message);
    const kind: FailureCode = code === 'disk_full' ? 'NO_SPACE' : 'NETWORK';
    const cure = refusalCures[code] ?? 'sutra status';
    return new SutraError(kind, `${this.#where}: ${message}`, {cure, details: {refusal: code}});
  }

  #lose(reason: string): void {
    this.#lost ??= new SutraError('NETWORK', `${this.#where}: ${reason}`, {cure: 'sutra status'});
    this.#waiting?.reject(this.#lost);
    this.#socket.destroy();
  }
}
