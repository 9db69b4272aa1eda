import {L2FrameError} from './l2-frame-reader.js';
import {l2Limits, l2Ops, l2Status} from './l2-protocol.js';

// Gets are the hot path: their frames are written and read here byte by byte. They are plain MessagePack with every
// number in one fixed width, so that each field lies where it can be read without looking at those before it.

/** Length prefix and head of a get: fixarray 3, op, uint32 id, bin16. */
const requestHeadBytes = 4 + 10;
/** Length prefix and head of any reply: fixarray 4, status, uint32 id, uint64 generation. */
const replyHeadBytes = 4 + 16;
/** Then, for a get: fixarray 2, uint64 clock in milliseconds, array16. */
const getReplyHeadBytes = replyHeadBytes + 13;
/** Fixarray 3, uint64 expiry in milliseconds, uint32 tokens, bin32: what stands before a vector. */
export const entryHeadBytes = 20;

const mark = {nil: 0xc0, bin16: 0xc5, bin32: 0xc6, u32: 0xce, u64: 0xcf, array16: 0xdc, array: 0x90} as const;

/** `keys`: 32 bytes each, one after another. Writes at `at`; returns where the frame ends. */
export function writeGetRequest(target: Buffer, at: number, id: number, keys: Uint8Array): number {
  target.writeUInt32BE(requestHeadBytes - 4 + keys.length, at);
  target[at + 4] = mark.array | 3;
  target[at + 5] = l2Ops.getMany;
  target[at + 6] = mark.u32;
  target.writeUInt32BE(id, at + 7);
  target[at + 11] = mark.bin16;
  target.writeUInt16BE(keys.length, at + 12);
  target.set(keys, at + requestHeadBytes);
  return at + requestHeadBytes + keys.length;
}

export const getRequestBytes = (keys: number) => requestHeadBytes + keys * l2Limits.keyBytes;

/**
 * Where the keys of a get start, if the frame is one in our fixed widths and holds whole keys, at least one and not too
 * many. Else -1: then the general decoder says what it is.
 */
export function keysOfGetRequest(bytes: Buffer, start: number, end: number): number {
  const keys = start + requestHeadBytes - 4;
  const length = end - keys;
  if (length < l2Limits.keyBytes || length > l2Limits.keys * l2Limits.keyBytes) return -1;
  const fits =
    bytes[start] === (mark.array | 3) &&
    bytes[start + 1] === l2Ops.getMany &&
    bytes[start + 2] === mark.u32 &&
    bytes[start + 7] === mark.bin16 &&
    bytes.readUInt16BE(start + 8) === length &&
    length % l2Limits.keyBytes === 0;
  return fits ? keys : -1;
}

export const idOfGetRequest = (bytes: Buffer, start: number) => bytes.readUInt32BE(start + 3);

/** Room that a reply to `keys` keys needs beside its hits. */
export const getReplyRoomBytes = (keys: number) => getReplyHeadBytes + keys;

/** Leaves the length to `endGetReply`. Returns where the first entry goes: an entry, or one byte of nil. */
export function beginGetReply(target: Buffer, at: number, id: number, generation: number, nowMs: number): number {
  target[at + 4] = mark.array | 4;
  target[at + 5] = l2Status.ok;
  target[at + 6] = mark.u32;
  target.writeUInt32BE(id, at + 7);
  writeU64(target, at + 11, generation);
  target[at + 20] = mark.array | 2;
  writeU64(target, at + 21, nowMs);
  target[at + 30] = mark.array16;
  return at + getReplyHeadBytes;
}

export function writeMiss(target: Buffer, at: number): number {
  target[at] = mark.nil;
  return at + 1;
}

export function endGetReply(target: Buffer, at: number, end: number, keys: number): void {
  target.writeUInt32BE(end - at - 4, at);
  target.writeUInt16BE(keys, at + 31);
}

/** What stands before a vector in a reply, and in the store. */
export function writeEntryHead(target: Buffer, at: number, expiresAtMs: number, tokens: number, sizeBytes: number) {
  target[at] = mark.array | 3;
  writeU64(target, at + 1, expiresAtMs);
  target[at + 10] = mark.u32;
  target.writeUInt32BE(tokens, at + 11);
  target[at + 15] = mark.bin32;
  target.writeUInt32BE(sizeBytes, at + 16);
}

/**
 * Reads the reply to a get of `keys` keys and calls `onHit` for each hit: its index among the keys, where its float32
 * lie in `bytes` (copy them: the bytes are valid until the next chunk), its tokens, and how long it still lives.
 * Returns the number of hits. Throws L2FrameError when the frame is anything else.
 */
export function readGetReply(
  bytes: Buffer,
  start: number,
  end: number,
  keys: number,
  onHit: (index: number, from: number, to: number, tokens: number, livesMs: number) => void,
): number {
  let at = start + getReplyHeadBytes - 4;
  if (at > end || bytes[start + 26] !== mark.array16 || bytes.readUInt16BE(start + 27) !== keys) throw notAnAnswer();
  const nowMs = readTimeMs(bytes, start + 17);
  let hits = 0;
  for (let index = 0; index < keys; index += 1) {
    if (bytes[at] === mark.nil && at < end) {
      at += 1;
      continue;
    }
    const from = at + entryHeadBytes;
    if (from > end || bytes[at] !== (mark.array | 3) || bytes[at + 15] !== mark.bin32) throw notAnAnswer();
    const to = from + bytes.readUInt32BE(at + 16);
    if (to > end) throw notAnAnswer();
    onHit(index, from, to, bytes.readUInt32BE(at + 11), readTimeMs(bytes, at + 1) - nowMs);
    hits += 1;
    at = to;
  }
  if (at !== end) throw notAnAnswer();
  return hits;
}

/** The status, id and generation with which every reply begins. Throws L2FrameError when it is none. */
export function readReplyHead(bytes: Buffer, start: number, end: number) {
  const fits =
    end - start > replyHeadBytes - 4 &&
    bytes[start] === (mark.array | 4) &&
    bytes[start + 2] === mark.u32 &&
    bytes[start + 7] === mark.u64;
  if (!fits) throw new L2FrameError('a frame that is not a reply of a cache shard');
  const generation = readU64(bytes, start + 7);
  if (generation > l2Limits.generation) throw new L2FrameError(`a reply of generation ${generation}`);
  return {status: bytes[start + 1], id: bytes.readUInt32BE(start + 3), generation};
}

/** Writes the head of a reply whose body, `bodyBytes` long, follows where it returns. */
export function writeReplyHead(
  target: Buffer,
  {status, id, generation, bodyBytes}: {status: number; id: number; generation: number; bodyBytes: number},
): number {
  target.writeUInt32BE(replyHeadBytes - 4 + bodyBytes, 0);
  target[4] = mark.array | 4;
  target[5] = status;
  target[6] = mark.u32;
  target.writeUInt32BE(id, 7);
  writeU64(target, 11, generation);
  return replyHeadBytes;
}

/** Where the body of a reply starts. */
export const replyBodyAt = (start: number) => start + replyHeadBytes - 4;

export const tokensOfEntry = (bytes: Buffer, at: number) => bytes.readUInt32BE(at + 11);
export const expiryOfEntry = (bytes: Buffer, at: number) => readU64(bytes, at + 1);
export const setExpiryOfEntry = (bytes: Buffer, at: number, expiresAtMs: number) =>
  writeU64(bytes, at + 1, expiresAtMs);

/** The marker, then eight bytes. Whole numbers below 2^53. */
function writeU64(target: Buffer, at: number, value: number): void {
  target[at] = mark.u64;
  target.writeUInt32BE(Math.floor(value / 0x1_00_00_00_00), at + 1);
  target.writeUInt32BE(value >>> 0, at + 5);
}

const readU64 = (bytes: Buffer, at: number) =>
  bytes.readUInt32BE(at + 1) * 0x1_00_00_00_00 + bytes.readUInt32BE(at + 5);

function readTimeMs(bytes: Buffer, at: number): number {
  const timeMs = readU64(bytes, at);
  if (timeMs > l2Limits.timeMs) throw notAnAnswer();
  return timeMs;
}

const notAnAnswer = () => new L2FrameError('a frame that is not an answer to the get');
