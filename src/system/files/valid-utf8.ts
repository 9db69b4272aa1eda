import {isUtf8} from 'node:buffer';

const characterBytes = [1, 2, 3, 4];

/** Bytes at the beginning that are whole UTF-8 characters; all of them where nothing is wrong. */
export function validUtf8(bytes: Uint8Array): number {
  if (isUtf8(bytes)) return bytes.length;
  let valid = 0;
  for (;;) {
    const length = characterBytes.find((count) => isCharacter(bytes, valid, valid + count));
    if (length === undefined) return valid;
    valid += length;
  }
}

function isCharacter(bytes: Uint8Array, from: number, to: number): boolean {
  return to <= bytes.length && isUtf8(bytes.subarray(from, to));
}
