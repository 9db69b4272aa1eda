import {crc32} from 'node:zlib';
import {entryHeadBytes, expiryOfEntry, setExpiryOfEntry, writeEntryHead} from '@sutra/contract/l2-get-frames';
import {l2Limits} from '@sutra/contract/l2-protocol';

const keyAt = 4;
const entryAt = keyAt + l2Limits.keyBytes;

/**
 * What lies in a row: CRC-32 of the rest, the whole key, and the entry as it is sent, so that a get copies it to the
 * socket without looking inside.
 */
export function makeRecord(key: Uint8Array, expiresAtMs: number, tokens: number, vector: Uint8Array): Buffer {
  const record = Buffer.allocUnsafeSlow(entryAt + entryHeadBytes + vector.length);
  record.set(key, keyAt);
  writeEntryHead(record, entryAt, expiresAtMs, tokens, vector.length);
  record.set(vector, entryAt + entryHeadBytes);
  record.writeUInt32LE(crc32(record.subarray(keyAt)));
  return record;
}

export const keyOfRecord = (record: Buffer) => record.subarray(keyAt, entryAt);
export const entryOfRecord = (record: Buffer) => record.subarray(entryAt);
/** For a record that is only sent: its checksum does not hold any more. */
export const setExpiryOfRecord = (record: Buffer, expiresAtMs: number) =>
  setExpiryOfEntry(record, entryAt, expiresAtMs);
export const expiryOfRecord = (record: Buffer) => expiryOfEntry(record, entryAt);
export const vectorBytesOfRecord = (record: Buffer) => record.length - entryAt - entryHeadBytes;

/** Whether a row's bytes are those that were written. */
export function isWhole(record: Buffer): boolean {
  return record.length > entryAt + entryHeadBytes && record.readUInt32LE() === crc32(record.subarray(keyAt));
}
