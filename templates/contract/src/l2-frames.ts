import {decode, encode} from '@msgpack/msgpack';
import type {z} from 'zod';
import {L2FrameError} from './l2-frame-reader.js';
import {replyBodyAt, writeReplyHead} from './l2-get-frames.js';
import {
  type L2ErrorBody,
  l2ErrorBodySchema,
  l2Limits,
  l2Ops,
  l2ReplyBodies,
  l2RequestBodies,
  l2Status,
} from './l2-protocol.js';
import {readPutRequest, saysPut} from './l2-put-frames.js';

/** The largest frame that is no put: 256 keys to delete are 9 KB, a report 5. */
const smallFrameBytes = 64 * 1024;

export type L2ColdOp = keyof typeof l2RequestBodies;
export type L2RequestBody<O extends L2ColdOp> = z.infer<(typeof l2RequestBodies)[O]>;
export type L2ReplyBody<O extends L2ColdOp> = z.infer<(typeof l2ReplyBodies)[O]>;

/** A request other than a get, with its length prefix. */
export function encodeRequest<O extends L2ColdOp>(op: O, id: number, body: L2RequestBody<O>): Buffer {
  const message = encode([op, id, body], {ignoreUndefined: true});
  const frame = Buffer.allocUnsafe(4 + message.length);
  frame.writeUInt32BE(message.length);
  frame.set(message, 4);
  return frame;
}

/** A reply other than a get's, with its length prefix. */
export function encodeReply<O extends L2ColdOp>(_op: O, id: number, generation: number, body: L2ReplyBody<O>): Buffer {
  return reply({status: l2Status.ok, id, generation}, body);
}

export function encodeError(id: number, generation: number, body: L2ErrorBody): Buffer {
  return reply({status: l2Status.error, id, generation}, body);
}

/** The body of an answer to `op`. Throws L2FrameError when it is anything else. */
export function decodeReplyBody<O extends L2ColdOp>(op: O, bytes: Buffer, start: number, end: number): L2ReplyBody<O> {
  const read = l2ReplyBodies[op].safeParse(unpack(bytes.subarray(replyBodyAt(start), end)));
  if (!read.success) throw new L2FrameError(`a frame that is not an answer to request kind ${op}`);
  return read.data as L2ReplyBody<O>;
}

export function decodeErrorBody(bytes: Buffer, start: number, end: number): L2ErrorBody {
  const read = l2ErrorBodySchema.safeParse(unpack(bytes.subarray(replyBodyAt(start), end)));
  if (!read.success) throw new L2FrameError('an error reply that names no error');
  return read.data;
}

export type L2Request =
  | {op: typeof l2Ops.getMany; id: number; keys: Buffer}
  | {[O in L2ColdOp]: {op: O; id: number; body: L2RequestBody<O>}}[L2ColdOp]
  /** A frame with an id to answer to, but not a request. */
  | {op: null; id: number; problem: string};

/** Any request of any MessagePack writer. Binaries are views of `bytes`. Throws L2FrameError when it has no id. */
export function decodeRequest(bytes: Buffer, start: number, end: number): L2Request {
  if (saysPut(bytes, start, end)) return putRequest(bytes, start, end);
  if (end - start > smallFrameBytes) throw new L2FrameError(`a frame of ${end - start} bytes that is not a put`);
  const message = unpack(bytes.subarray(start, end));
  if (!Array.isArray(message) || message.length !== 3) throw new L2FrameError('a frame that is not [op, id, body]');
  const [op, id, body]: unknown[] = message;
  if (!isId(id)) throw new L2FrameError('a request whose id is not an unsigned 32-bit number');
  if (op === l2Ops.getMany) return getRequest(id, body);
  if (!isColdOp(op)) return {op: null, id, problem: `request kind ${String(op).slice(0, 20)} is not known`};
  const read = l2RequestBodies[op].safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    return {op: null, id, problem: `${issue?.path.join('.') || 'the body'}: ${issue?.message}`};
  }
  return {op, id, body: read.data} as L2Request;
}

function getRequest(id: number, body: unknown): L2Request {
  const {keyBytes, keys} = l2Limits;
  const fits = body instanceof Uint8Array && body.length % keyBytes === 0 && body.length > 0;
  if (!fits || body.length > keys * keyBytes) {
    return {op: null, id, problem: `a get needs one binary of 1 to ${keys} keys of ${keyBytes} bytes`};
  }
  return {op: l2Ops.getMany, id, keys: Buffer.from(body.buffer, body.byteOffset, body.length)};
}

function putRequest(bytes: Buffer, start: number, end: number): L2Request {
  const read = readPutRequest(bytes, start, end);
  if (read.entries === null) {
    if (read.id === null) throw new L2FrameError(read.problem);
    return {op: null, id: read.id, problem: read.problem};
  }
  return {op: l2Ops.putMany, id: read.id, body: [read.generation, read.entries]};
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

const isId = (value: unknown): value is number => isWhole(value, 0xff_ff_ff_ff);

const isColdOp = (op: unknown): op is L2ColdOp => typeof op === 'number' && Object.hasOwn(l2RequestBodies, op);

/** Limits on every length keep a lying one from being believed. */
function unpack(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, {
      maxStrLength: 4096,
      maxBinLength: Math.max(l2Limits.vectorBytes, l2Limits.keys * l2Limits.keyBytes),
      maxArrayLength: l2Limits.keys,
      maxMapLength: l2Limits.counters,
      maxExtLength: 0,
    });
  } catch (error) {
    throw new L2FrameError(`a frame that is not MessagePack: ${error instanceof Error ? error.message : error}`);
  }
}

function reply(head: {status: number; id: number; generation: number}, body: unknown): Buffer {
  const message = encode(body, {ignoreUndefined: true});
  const frame = Buffer.allocUnsafe(4 + 16 + message.length);
  frame.set(message, writeReplyHead(frame, {...head, bodyBytes: message.length}));
  return frame;
}
