import {randomBytes} from 'node:crypto';

/** Bytes that are hashed: a key of the cache. */
const keyBytes = 32;
const lengthBlock = keyBytes << 24;

/** A secret of the hash: two random 32-bit words. */
export type HashSecret = readonly [number, number];

export function randomHashSecret(): HashSecret {
  const bytes = randomBytes(8);
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

/**
 * HalfSipHash-1-3 (https://www.aumasson.jp/siphash/) of the 32 bytes at `at`, as an unsigned 32-bit number. Without the
 * secret nobody can choose keys that share a bucket, as anybody could if the bucket were some of the key's own bytes.
 */
export function keyedHash([k0, k1]: HashSecret, bytes: Uint8Array, at: number): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  // Eight words of the key, its length, then three rounds that finish.
  for (let step = 0; step < 12; step += 1) {
    const word = step < 8 ? wordAt(bytes, at + 4 * step) : step === 8 ? lengthBlock : 0;
    if (step === 9) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}

/** Little-endian. */
function wordAt(b: Uint8Array, at: number): number {
  return (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8) | ((b[at + 2] ?? 0) << 16) | ((b[at + 3] ?? 0) << 24);
}
