import {isVector, type L2PutEntry, l2Limits, l2Ops} from './l2-protocol.js';

export type L2PutRead =
  | {id: number; generation: number; entries: L2PutEntry[]}
  | {id: number | null; entries: null; problem: string};

/** Whether a frame says it is a put. Only a put may be large. */
export const saysPut = (bytes: Buffer, start: number, end: number) =>
  end - start > 2 && bytes[start] === 0x93 && bytes[start + 1] === l2Ops.putMany;

/**
 * Reads a put in any width of numbers that MessagePack offers, without building anything but the entries: a general
 * decoder would follow arrays in arrays for as long as the frame is. Keys and vectors are views of `bytes`.
 */
export function readPutRequest(bytes: Buffer, start: number, end: number): L2PutRead {
  const cursor = new Cursor(bytes, start + 2, end);
  const id = cursor.whole(0xff_ff_ff_ff);
  if (id < 0) return {id: null, entries: null, problem: 'a request whose id is not an unsigned 32-bit number'};
  const entries: L2PutEntry[] = [];
  const body = cursor.array();
  const generation = cursor.whole(l2Limits.generation);
  const count = cursor.array();
  let fits = body === 2 && generation >= 0 && count > 0 && count <= l2Limits.keys;
  for (let index = 0; fits && index < count; index += 1) fits = readEntry(cursor, entries);
  if (fits && cursor.done()) return {id, generation, entries};
  return {id, entries: null, problem: 'a put needs [generation, [[key, ttl seconds, tokens, float32 bytes], ...]]'};
}

function readEntry(cursor: Cursor, entries: L2PutEntry[]): boolean {
  if (cursor.array() !== 4) return false;
  const key = cursor.binary();
  const ttlSeconds = cursor.whole(l2Limits.ttlSeconds);
  const tokens = cursor.whole(0xff_ff_ff_ff);
  const vector = cursor.binary();
  if (key === null || vector === null || ttlSeconds < 0 || tokens < 0) return false;
  entries.push([key, ttlSeconds, tokens, vector]);
  return key.length === l2Limits.keyBytes && isVector(vector.length);
}

/** Reads past nothing: what does not fit is -1 or null. */
class Cursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  done(): boolean {
    return this.#at === this.#end;
  }

  /** The number of items, or -1. */
  array(): number {
    const mark = this.#uint(1);
    if (mark >= 0x90 && mark <= 0x9f) return mark - 0x90;
    if (mark === 0xdc) return this.#uint(2);
    return mark === 0xdd ? this.#uint(4) : -1;
  }

  whole(most: number): number {
    const mark = this.#uint(1);
    const value = mark <= 0x7f ? mark : this.#wide(mark);
    return value <= most ? value : -1;
  }

  binary(): Uint8Array | null {
    const mark = this.#uint(1);
    const length = mark >= 0xc4 && mark <= 0xc6 ? this.#uint(2 ** (mark - 0xc4)) : -1;
    if (length < 0 || this.#at + length > this.#end) return null;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** uint8, 16, 32 and 64: marks 0xcc to 0xcf. */
  #wide(mark: number): number {
    if (mark < 0xcc || mark > 0xcf) return -1;
    if (mark < 0xcf) return this.#uint(2 ** (mark - 0xcc));
    const high = this.#uint(4);
    const low = this.#uint(4);
    return high < 0 || low < 0 ? -1 : high * 0x1_00_00_00_00 + low;
  }

  #uint(width: number): number {
    if (this.#at + width > this.#end) return -1;
    this.#at += width;
    return this.#bytes.readUIntBE(this.#at - width, width);
  }
}
