import {
  decodeReplyBody,
  encodeRequest,
  type L2ColdOp,
  type L2ReplyBody,
  type L2RequestBody,
} from '@sutra/contract/l2-frames';
import type {LinkRequest} from './link-call.js';
import type {WaitingVector} from './write-behind.js';

/** A request that is not worth writing byte by byte: everything but a get. */
export function cold<O extends L2ColdOp>(
  op: O,
  body: L2RequestBody<O>,
  deadlineMs: number,
): LinkRequest<L2ReplyBody<O>> {
  return {
    deadlineMs,
    frame: (id) => encodeRequest(op, id, body),
    read: (bytes, start, end) => decodeReplyBody(op, bytes, start, end),
  };
}

/** A vector as a put carries it. */
export function entryOf({key, ttlSeconds, tokens, values}: WaitingVector): [Buffer, number, number, Buffer] {
  return [key, ttlSeconds, tokens, Buffer.from(values.buffer, values.byteOffset, values.byteLength)];
}
