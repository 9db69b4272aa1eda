import {SutraError} from '../errors.js';
import {freeBytes} from '../system/files/disk-space.js';
import {bytesText} from './transfer-text.js';

/** Throws NO_SPACE unless the disk under `folder` has room for `neededBytes` more. */
export async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  if ((await freeBytes(folder)) < neededBytes) throw await noSpace(folder, neededBytes);
}

/** The disk under `folder` is full, or would be. */
export async function noSpace(folder: string, neededBytes: number, cause?: unknown): Promise<SutraError> {
  const free = await freeBytes(folder);
  const message = `not enough space in ${folder}: ${bytesText(neededBytes)} needed, ${bytesText(free)} free`;
  return new SutraError('NO_SPACE', message, {
    cure: ['set SUTRA_MODEL_STORE to a folder on a larger disk, then run the same command again', `df -h ${folder}`],
    cause,
    details: {folder, neededBytes, freeBytes: free},
  });
}

export function isOutOfSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
