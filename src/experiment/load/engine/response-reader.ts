/** `more`: the answer goes on. `done`: it is whole. `bad`: it is not HTTP/1.1, or goes on after its end. */
export type ReadState = 'more' | 'done' | 'bad';

const headEnd = '\r\n\r\n';
const longestHead = 65_536;

/**
 * Reads answers of HTTP/1.1 off a connection that has one request at a time on it, and keeps nothing but the status:
 * Content-Length, chunked, until the connection closes, and interim answers.
 */
export class ResponseReader {
  status = 0;
  /** The server closes after this answer. */
  closes = false;
  /** A byte of this answer has come. */
  begun = false;
  #phase: 'head' | 'length' | 'chunks' | 'close' = 'head';
  #head = '';
  #left = 0;
  readonly #chunks = new ChunkReader();

  /** For the next answer. */
  reset(): void {
    this.begun = false;
    this.#phase = 'head';
    this.#head = '';
  }

  /** The first `size` bytes. */
  push(bytes: Buffer, size: number): ReadState {
    this.begun = true;
    return this.#phase === 'head' ? this.#readHead(bytes, 0, size) : this.#readBody(bytes, 0, size);
  }

  /** The connection ended: was that the end of the answer? */
  end(): ReadState {
    return this.begun && this.#phase === 'close' ? 'done' : 'bad';
  }

  #readHead(bytes: Buffer, from: number, size: number): ReadState {
    const kept = this.#head.length;
    // The end may lie across two packets.
    const text = this.#head + bytes.toString('latin1', from, size);
    const end = text.indexOf(headEnd, Math.max(0, kept - headEnd.length));
    if (end === -1) {
      this.#head = text;
      return text.length > longestHead ? 'bad' : 'more';
    }
    const bodyFrom = from + end + headEnd.length - kept;
    this.#head = '';
    if (!this.#understand(text.slice(0, end))) return 'bad';
    if (this.#phase === 'head') return bodyFrom < size ? this.#readHead(bytes, bodyFrom, size) : 'more';
    return this.#readBody(bytes, bodyFrom, size);
  }

  /** Status and framing (RFC 9112, 6.3). False: not an answer. */
  #understand(head: string): boolean {
    const line = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/.exec(head);
    if (line === null) return false;
    this.status = Number(line[2]);
    const connection = /\r\nconnection:[ \t]*([^\r]*)/i.exec(head)?.[1]?.toLowerCase() ?? '';
    this.closes = line[1] === '0' ? !connection.includes('keep-alive') : connection.includes('close');
    // What follows a switch of protocols is no HTTP.
    if (this.status === 101) this.closes = true;
    if (this.status < 200 || this.status === 204 || this.status === 304) return this.#frame('length', 0);
    if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) {
      this.#chunks.reset();
      return this.#frame('chunks', 0);
    }
    const length = lengthOf(head);
    if (length === 'bad') return false;
    if (length !== null) return this.#frame('length', length);
    this.closes = true;
    return this.#frame('close', 0);
  }

  #frame(phase: 'length' | 'chunks' | 'close', left: number): true {
    this.#phase = this.status < 200 && this.status !== 101 ? 'head' : phase;
    this.#left = left;
    return true;
  }

  #readBody(bytes: Buffer, from: number, size: number): ReadState {
    if (this.#phase === 'close') return 'more';
    if (this.#phase === 'chunks') return this.#chunks.push(bytes, from, size);
    this.#left -= size - from;
    if (this.#left < 0) return 'bad';
    return this.#left === 0 ? 'done' : 'more';
  }
}

/** Null where it is not told; `bad` where it is not a number, or two. */
function lengthOf(head: string): number | null | 'bad' {
  const found = /\r\ncontent-length:[ \t]*([^\r]*)/i.exec(head);
  if (found === null) return null;
  const text = found[1]?.trim() ?? '';
  const again = lengthOf(head.slice(found.index + found[0].length));
  return /^\d+$/.test(text) && (again === null || again === Number(text)) ? Number(text) : 'bad';
}

const carriageReturn = 13;
const newline = 10;
const semicolon = 59;

/** A chunked body (RFC 9112, 7.1): its end is all that is asked for. */
class ChunkReader {
  #phase: 'size' | 'extension' | 'data' | 'trailer' = 'size';
  #left = 0;
  #digits = '';
  #trailerLine = 0;

  reset(): void {
    this.#phase = 'size';
    this.#digits = '';
    this.#trailerLine = 0;
  }

  push(bytes: Buffer, from: number, size: number): ReadState {
    for (let at = from; at < size; ) {
      if (this.#phase === 'data') {
        at += this.#skip(size - at);
        continue;
      }
      const byte = bytes[at] ?? 0;
      const state = this.#phase === 'trailer' ? this.#trailer(byte) : this.#size(byte);
      at += 1;
      if (state !== 'more') return at === size ? state : 'bad';
    }
    return 'more';
  }

  /** Goes over at most so many bytes of data; how many there were. */
  #skip(most: number): number {
    const taken = Math.min(this.#left, most);
    this.#left -= taken;
    if (this.#left === 0) this.#phase = 'size';
    return taken;
  }

  #size(byte: number): ReadState {
    if (byte === newline) return this.#sizeLineEnded();
    if (byte === semicolon || byte === carriageReturn) this.#phase = 'extension';
    else if (this.#phase === 'size') this.#digits += String.fromCharCode(byte);
    return this.#digits.length > 16 ? 'bad' : 'more';
  }

  #sizeLineEnded(): ReadState {
    const digits = this.#digits.trim();
    this.#digits = '';
    if (!/^[0-9a-f]+$/i.test(digits)) return 'bad';
    const length = Number.parseInt(digits, 16);
    this.#phase = length === 0 ? 'trailer' : 'data';
    // With the line end that follows the data.
    this.#left = length + 2;
    return 'more';
  }

  /** Lines until an empty one. */
  #trailer(byte: number): ReadState {
    if (byte === carriageReturn) return 'more';
    if (byte !== newline) {
      this.#trailerLine += 1;
      return 'more';
    }
    if (this.#trailerLine === 0) return 'done';
    this.#trailerLine = 0;
    return 'more';
  }
}
