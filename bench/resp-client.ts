import {type CacheClient, keep, openSocket} from './cache-client.js';

const cr = 13;
const dollar = 36;
const star = 42;
const minus = 45;
const zero = 48;

/** Redis' protocol over a bare socket, with the same care: no strings, one write, one copy of each value. */
export async function openRespClient(port: number): Promise<CacheClient> {
  const reader = new RespReader();
  const out = Buffer.allocUnsafeSlow(256 * 1024);
  let waiting = 0;
  let hits = 0;
  let done: (hits: number) => void = () => {};
  const socket = await openSocket(port, (chunk) => {
    reader.push(chunk);
    for (let kind = reader.next(); kind !== null; kind = reader.next()) {
      if (kind === 'array') waiting += reader.count;
      else if (kind === 'value') hits += 1;
      waiting -= 1;
    }
    reader.hold();
    if (waiting === 0) done(hits);
  });
  const write = (words: readonly Buffer[], at: number) => {
    let end = at + out.write(`*${words.length}\r\n`, at, 'latin1');
    for (const word of words) {
      const prefix = word.length === 32 ? keyPrefix : Buffer.from(`$${word.length}\r\n`);
      end = put(out, end, prefix);
      end = put(out, end, word);
      end = put(out, end, newline);
    }
    return end;
  };
  return {
    ask(keys, perRequest, onDone) {
      hits = 0;
      waiting = keys.length / perRequest;
      done = onDone;
      let at = 0;
      for (let first = 0; first < keys.length; first += perRequest) {
        at = put(out, at, perRequest === 1 ? getHead : mgetHeadOf(perRequest));
        for (let index = first; index < first + perRequest; index += 1) {
          at = put(out, at, keyPrefix);
          at = put(out, at, keys[index] as Buffer);
          at = put(out, at, newline);
        }
      }
      socket.write(out.subarray(0, at));
    },
    async put(keys, value) {
      for (const key of keys) {
        await new Promise<void>((resolve) => {
          waiting = 1;
          done = () => resolve();
          socket.write(out.subarray(0, write([Buffer.from('SET'), key, value], 0)));
        });
      }
    },
    close: () => socket.destroy(),
  };
}

const newline = Buffer.from('\r\n');
const keyPrefix = Buffer.from('$32\r\n');
const getHead = Buffer.from('*2\r\n$3\r\nGET\r\n');
const mgetHeads = new Map<number, Buffer>();

function mgetHeadOf(keys: number): Buffer {
  const head = mgetHeads.get(keys) ?? Buffer.from(`*${keys + 1}\r\n$4\r\nMGET\r\n`);
  mgetHeads.set(keys, head);
  return head;
}

function put(target: Buffer, at: number, bytes: Buffer): number {
  target.set(bytes, at);
  return at + bytes.length;
}

/** Values, nils, status lines and array heads, cut from a stream without copying what lies whole in a chunk. */
class RespReader {
  count = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #held: Buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  #heldBytes = 0;

  push(chunk: Buffer): void {
    this.#at = 0;
    if (this.#heldBytes === 0) {
      this.#bytes = chunk;
      return;
    }
    chunk.copy(this.#held, this.#heldBytes);
    this.#bytes = this.#held.subarray(0, this.#heldBytes + chunk.length);
  }

  /** Null: no whole item is left. */
  next(): 'value' | 'nil' | 'line' | 'array' | null {
    const bytes = this.#bytes;
    const end = bytes.indexOf(cr, this.#at);
    if (end < 0 || end + 2 > bytes.length) return null;
    const mark = bytes[this.#at];
    if (mark !== dollar && mark !== star) {
      if (mark === minus) throw new Error(bytes.toString('latin1', this.#at, end));
      this.#at = end + 2;
      return 'line';
    }
    const number = this.#numberUntil(end);
    if (mark === dollar && number >= 0) {
      const from = end + 2;
      if (from + number + 2 > bytes.length) return null;
      keep(bytes, from, from + number);
      this.#at = from + number + 2;
      return 'value';
    }
    this.count = number;
    this.#at = end + 2;
    return mark === dollar ? 'nil' : 'array';
  }

  hold(): void {
    const rest = this.#bytes.length - this.#at;
    if (rest > 0) this.#bytes.copy(this.#held, 0, this.#at);
    this.#heldBytes = rest;
  }

  #numberUntil(end: number): number {
    if (this.#bytes[this.#at + 1] === minus) return -1;
    let number = 0;
    for (let at = this.#at + 1; at < end; at += 1) number = number * 10 + (this.#bytes[at] ?? 0) - zero;
    return number;
  }
}
