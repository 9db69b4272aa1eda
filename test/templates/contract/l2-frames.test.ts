import {decode, encode} from '@msgpack/msgpack';
import {L2FrameError, L2FrameReader} from '@sutra/contract/l2-frame-reader';
import {decodeReplyBody, decodeRequest, encodeError, encodeReply, encodeRequest} from '@sutra/contract/l2-frames';
import {
  beginGetReply,
  endGetReply,
  getRequestBytes,
  keysOfGetRequest,
  readGetReply,
  readReplyHead,
  writeEntryHead,
  writeGetRequest,
  writeMiss,
} from '@sutra/contract/l2-get-frames';
import {l2Ops, l2RequestBodies} from '@sutra/contract/l2-protocol';
import {expect, it} from 'vitest';

const key = (fill: number) => Buffer.alloc(32, fill);
const generation = 1_700_000_000_123;

function getFrame(keys: Buffer[], id = 7): Buffer {
  const frame = Buffer.alloc(getRequestBytes(keys.length));
  expect(writeGetRequest(frame, 0, id, Buffer.concat(keys))).toBe(frame.length);
  return frame;
}

function getReply(): Buffer {
  const reply = Buffer.alloc(200);
  let at = beginGetReply(reply, 0, 7, generation, 1000);
  at = writeMiss(reply, at);
  writeEntryHead(reply, at, 61_000, 9, 8);
  at += 20;
  reply.fill(0xab, at, at + 8);
  at += 8;
  endGetReply(reply, 0, at, 2);
  return reply.subarray(0, at);
}

it('frames written by hand are what any MessagePack reader reads', () => {
  expect(decode(getFrame([key(1), key(2)]).subarray(4))).toEqual([l2Ops.getMany, 7, Buffer.concat([key(1), key(2)])]);
  const entry = [61_000, 9, Buffer.alloc(8, 0xab)];
  expect(decode(getReply().subarray(4))).toEqual([0, 7, generation, [1000, [null, entry]]]);
  expect(decode(encodeError(7, generation, {code: 'overloaded', message: 'no'}).subarray(4))).toEqual([
    1,
    7,
    generation,
    {code: 'overloaded', message: 'no'},
  ]);
});

it('a get is recognised in our widths and read in any other', () => {
  const own = getFrame([key(1), key(2)]);
  expect(keysOfGetRequest(own, 4, own.length)).toBe(14);
  const other = Buffer.from(encode([l2Ops.getMany, 7, Buffer.concat([key(1), key(2)])]));
  expect(keysOfGetRequest(other, 0, other.length)).toBe(-1);
  expect(decodeRequest(other, 0, other.length)).toEqual({
    op: l2Ops.getMany,
    id: 7,
    keys: Buffer.alloc(64, Buffer.concat([key(1), key(2)])),
  });
});

it('a get reply says which keys were hits, where, and how long they live', () => {
  const reply = getReply();
  const hits: number[][] = [];
  expect(readReplyHead(reply, 4, reply.length)).toEqual({status: 0, id: 7, generation});
  expect(readGetReply(reply, 4, reply.length, 2, (...hit) => hits.push(hit))).toBe(1);
  expect(hits).toEqual([[1, reply.length - 8, reply.length, 9, 60_000]]);
});

it('a get reply that is cut, too long or of other keys is an error, never a vector', () => {
  const reply = getReply();
  const read = (bytes: Buffer, keys = 2) => readGetReply(bytes, 4, bytes.length, keys, () => {});
  for (let length = 4; length < reply.length; length += 1) {
    expect(() => read(Buffer.from(reply.subarray(0, length)))).toThrow();
  }
  expect(() => read(Buffer.concat([reply, Buffer.from([0xc0])]))).toThrow(L2FrameError);
  expect(() => read(reply, 3)).toThrow(L2FrameError);
});

it('a put read by hand is what the schema says', () => {
  const body: [number, [Buffer, number, number, Buffer][]] = [
    generation,
    [
      [key(1), 60, 9, Buffer.alloc(3072, 1)],
      [key(2), 0, 70_000, Buffer.alloc(8)],
    ],
  ];
  const frame = encodeRequest(l2Ops.putMany, 300, body);
  const request = decodeRequest(frame, 4, frame.length);
  expect(request).toMatchObject({op: l2Ops.putMany, id: 300});
  expect(l2RequestBodies[l2Ops.putMany].safeParse(request.op === l2Ops.putMany ? request.body : null).success).toBe(
    true,
  );
  expect(request).toEqual({op: l2Ops.putMany, id: 300, body});
  for (let length = 5; length < frame.length; length += 1) {
    const read = () => decodeRequest(frame, 4, length);
    try {
      expect(read()).toMatchObject({op: null, id: 300});
    } catch (error) {
      expect(error).toBeInstanceOf(L2FrameError);
    }
  }
});

it('frames come out of a stream whole, however it was cut', () => {
  const frames = [
    getFrame([key(1)]),
    encodeRequest(l2Ops.putMany, 2, [1, [[key(1), 0, 0, Buffer.alloc(16_384, 7)]]]),
    getFrame([key(2)]),
  ];
  const stream = Buffer.concat([...frames, ...frames]);
  for (const size of [1, 3, 1000, 16_000, stream.length]) {
    const reader = new L2FrameReader();
    const out: Buffer[] = [];
    const chunk = Buffer.alloc(size);
    for (let at = 0; at < stream.length; at += size) {
      const length = stream.copy(chunk, 0, at, at + size);
      reader.push(chunk.subarray(0, length));
      while (reader.next()) out.push(Buffer.from(reader.bytes.subarray(reader.start - 4, reader.end)));
      chunk.fill(0xee);
    }
    expect(out).toEqual([...frames, ...frames]);
    expect(reader.heldBytes).toBe(0);
  }
});

it('what was kept while a reader waited is read later, from memory of its own', () => {
  const reader = new L2FrameReader();
  const chunk = Buffer.concat([getFrame([key(1)], 1), getFrame([key(2)], 2), getFrame([key(3)], 3).subarray(0, 20)]);
  reader.push(chunk);
  expect(reader.next()).toBe(true);
  reader.keep();
  chunk.fill(0);
  reader.push(Buffer.alloc(0));
  expect(reader.next()).toBe(true);
  expect(reader.bytes.readUInt32BE(reader.start + 3)).toBe(2);
  expect(reader.next()).toBe(false);
  reader.push(getFrame([key(3)], 3).subarray(20));
  expect(reader.next()).toBe(true);
  expect(reader.bytes.readUInt32BE(reader.start + 3)).toBe(3);
});

it('a length beyond the limit is refused before anything of it is held', () => {
  const reader = new L2FrameReader();
  reader.push(Buffer.from([0x7f, 0, 0, 0, 1, 2, 3]));
  expect(() => reader.next()).toThrow(L2FrameError);
  expect(reader.heldBytes).toBe(0);
});

it('a reply of another kind is an error, not an answer', () => {
  const reply = encodeReply(l2Ops.putMany, 1, generation, {stored: 3});
  expect(decodeReplyBody(l2Ops.putMany, reply, 4, reply.length)).toEqual({stored: 3});
  expect(() => decodeReplyBody(l2Ops.verify, reply, 4, reply.length)).toThrow(L2FrameError);
});
