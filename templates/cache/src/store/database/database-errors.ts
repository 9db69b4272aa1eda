import {accessSync, constants} from 'node:fs';

/** Result codes of SQLite (https://sqlite.org/rescode.html); the low byte of an extended one is its kind. */
const codes = {
  busy: 5,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  constraint: 19,
  mismatch: 20,
  tooBig: 18,
  format: 24,
  notADatabase: 26,
} as const;
/** A read that ended too early: the file is shorter than it says. */
const shortRead = 522;

const contentCodes: readonly number[] = [
  codes.corrupt,
  codes.constraint,
  codes.mismatch,
  codes.tooBig,
  codes.format,
  codes.notADatabase,
];

/** What is in the file is not what a shard has written. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/**
 * Whether it is the content of the file at `path` that cannot be used. A disk that fails or is full, a missing
 * permission or a lock say nothing of the content, and neither does a mistake of this program.
 */
export function isDamage(error: unknown, path: string): boolean {
  if (error instanceof DamageError) return true;
  if (!(error instanceof Error) || !('code' in error)) return false;
  // A number that JavaScript cannot hold.
  if (error.code === 'ERR_OUT_OF_RANGE') return true;
  const code = sqliteCode(error);
  if (code === shortRead || contentCodes.includes(code & 0xff)) return true;
  // A file whose header names a later version of the format can only be read, whoever asks.
  return code === codes.readOnly && mayWrite(path);
}

export const isDiskFull = (error: unknown) => (sqliteCode(error) & 0xff) === codes.full;
export const isBusy = (error: unknown) => (sqliteCode(error) & 0xff) === codes.busy;
export const isNoDatabase = (error: unknown) => contentCodes.includes(sqliteCode(error) & 0xff);

function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
