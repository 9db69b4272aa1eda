import {createHash} from 'node:crypto';
import {once} from 'node:events';
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
import {getRequestBytes, readGetReply, readReplyHead, writeGetRequest} from '@sutra/contract/l2-get-frames';
import {greetShard} from '@sutra/contract/l2-greeting';
import {type L2PutEntry, l2Ops, l2Status} from '@sutra/contract/l2-protocol';

export const keyOf = (text: string) => createHash('sha256').update(text).digest();

/** A vector that says which key it belongs to, so that a wrong one is seen. */
export function vectorOf(key: Buffer, sizeBytes = 1024): Buffer {
  return Buffer.alloc(sizeBytes, key);
}

export const entryOf = (key: Buffer, ttlSeconds = 0, sizeBytes = 1024): L2PutEntry => [
  key,
  ttlSeconds,
  9,
  vectorOf(key, sizeBytes),
];

export class RefusedRequest extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Frame {
  status: number | undefined;
  generation: number;
  bytes: Buffer;
}

/** A plain client: one promise a request. */
export class L2Connection {
  readonly socket: Socket;
  generation = 0;
  readonly #waiting = new Map<number, {resolve(frame: Frame): void; reject(error: Error): void}>();
  #nextId = 1_000;

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = new L2FrameReader();
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      while (reader.next()) this.#settle(Buffer.from(reader.bytes.subarray(reader.start, reader.end)));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const {reject} of this.#waiting.values()) reject(new Error('the connection was closed'));
      this.#waiting.clear();
    });
  }

  /** Rejects with what the shard refuses it for, and where the shard does not know the secret. */
  static async open(port: number, name = 'test', secret: string | null = null): Promise<L2Connection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const connection = new L2Connection(socket);
    await greetShard((op, body) => connection.call(op, body), {name, secret});
    return connection;
  }

  async call<O extends L2ColdOp>(op: O, body: L2RequestBody<O>): Promise<L2ReplyBody<O>> {
    const id = this.#nextId++;
    const {bytes} = await this.#send(id, encodeRequest(op, id, body));
    return decodeReplyBody(op, bytes, 0, bytes.length);
  }

  put(entries: L2PutEntry[], generation = this.generation) {
    return this.call(l2Ops.putMany, [generation, entries]);
  }

  /** The vectors, null for a miss. */
  async get(keys: Buffer[]): Promise<(Buffer | null)[]> {
    return await this.#hits(keys, (bytes, from, to) => bytes.subarray(from, to));
  }

  /** How long each still lives, in milliseconds; null for a miss. */
  async lives(keys: Buffer[]): Promise<(number | null)[]> {
    return await this.#hits(keys, (_bytes, _from, _to, livesMs) => livesMs);
  }

  async #hits<T>(keys: Buffer[], read: (bytes: Buffer, from: number, to: number, livesMs: number) => T) {
    const id = this.#nextId++;
    const frame = Buffer.alloc(getRequestBytes(keys.length));
    writeGetRequest(frame, 0, id, Buffer.concat(keys));
    const {bytes} = await this.#send(id, frame);
    const found: (T | null)[] = keys.map(() => null);
    readGetReply(bytes, 0, bytes.length, keys.length, (index, from, to, _tokens, livesMs) => {
      found[index] = read(bytes, from, to, livesMs);
    });
    return found;
  }

  /** Any message, whatever a schema says of it; rejects with what the shard refuses it for. */
  async raw(id: number, message: Buffer): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    await this.#send(id, Buffer.concat([length, message]));
  }

  close(): void {
    this.socket.destroy();
  }

  #send(id: number, frame: Buffer): Promise<Frame> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {resolve, reject});
      this.socket.write(frame);
    });
  }

  #settle(bytes: Buffer): void {
    const {status, id, generation} = readReplyHead(bytes, 0, bytes.length);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.generation = generation;
    if (status === l2Status.ok) waiting?.resolve({status, generation, bytes});
    else {
      const {code, message} = decodeErrorBody(bytes, 0, bytes.length);
      waiting?.reject(new RefusedRequest(code, message));
    }
  }
}
