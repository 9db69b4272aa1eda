import {decodeReplyBody, encodeRequest} from '@sutra/contract/l2-frames';
import type {GreetingCall} from '@sutra/contract/l2-greeting';
import type {LinkCall} from './link-call.js';

/** For each answer of the greeting. */
const greetingDeadlineMs = 1_000;

/** Each answer is copied: its bytes are valid until the next chunk. */
export function greetingCalls(ask: LinkCall): GreetingCall {
  return (op, body) =>
    ask({
      frame: (id) => encodeRequest(op, id, body),
      read: (bytes, start, end) => decodeReplyBody(op, Buffer.from(bytes.subarray(start, end)), 0, end - start),
      deadlineMs: greetingDeadlineMs,
    });
}
