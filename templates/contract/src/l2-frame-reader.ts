import {l2Limits} from './l2-protocol.js';

/** The other side does not speak our language: its connection is of no more use. */
export class L2FrameError extends Error {
  override readonly name = 'L2FrameError';
}

/** A buffer for half a frame that is no larger than this is kept for the next one. */
const keptBytes = 128 * 1024;
const smallestBytes = 4 * 1024;

/**
 * Cuts a stream into frames without copying those that lie whole in a chunk. `push` a chunk, then call `next` until it
 * is false; after each true the frame is `bytes` from `start` to `end`, valid until the next push. What a length
 * claims is not believed: memory grows only with the bytes that came.
 */
export class L2FrameReader {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** The longest frame that is taken. */
  maxBytes: number;
  #limit = 0;
  #held: Buffer = Buffer.alloc(0);
  #heldBytes = 0;

  constructor(maxBytes: number = l2Limits.frameBytes) {
    this.maxBytes = maxBytes;
  }

  /** Memory it takes, whether or not there is something in it. */
  get memoryBytes(): number {
    return this.#held.length;
  }

  /** Bytes of a frame that is not whole yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Call it only after `next` was false. */
  push(chunk: Buffer): void {
    this.end = 0;
    if (this.#heldBytes === 0) {
      this.bytes = chunk;
      this.#limit = chunk.length;
      return;
    }
    this.#reserve(this.#heldBytes + chunk.length);
    chunk.copy(this.#held, this.#heldBytes);
    this.bytes = this.#held;
    this.#limit = this.#heldBytes + chunk.length;
    this.#heldBytes = 0;
  }

  /** Throws L2FrameError when the length is more than a frame may have. */
  next(): boolean {
    const from = this.end;
    if (this.#limit - from < 4) return this.#hold(from);
    const length = this.bytes.readUInt32BE(from);
    if (length > this.maxBytes) {
      throw new L2FrameError(`a frame of ${length} bytes: at most ${this.maxBytes} are allowed`);
    }
    if (this.#limit - from - 4 < length) return this.#hold(from);
    this.start = from + 4;
    this.end = this.start + length;
    return true;
  }

  /** Copies what has not been read yet, so that the chunk's memory is free. Goes on after a push, of nothing maybe. */
  keep(): void {
    this.#hold(this.end);
  }

  #hold(from: number): false {
    const rest = this.#limit - from;
    if (this.bytes === this.#held) this.#held.copyWithin(0, from, this.#limit);
    else if (rest > 0) {
      this.#reserve(rest);
      this.bytes.copy(this.#held, 0, from, this.#limit);
    }
    this.#heldBytes = rest;
    this.#limit = 0;
    if (rest === 0 && this.#held.length > keptBytes) this.#held = Buffer.alloc(0);
    this.bytes = this.#held;
    this.end = 0;
    return false;
  }

  /** Doubles, so that a frame that comes byte by byte is not copied for each of them. */
  #reserve(sizeBytes: number): void {
    if (this.#held.length >= sizeBytes) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(sizeBytes))));
    this.#held.copy(grown, 0, 0, this.#heldBytes);
    this.#held = grown;
  }
}
