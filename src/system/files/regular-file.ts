import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import {SutraError} from '../../errors.js';
import {fileFailure, isMissing} from './file-failure.js';

export interface FileBounds {
  /** A larger file is refused before it is read. */
  limitBytes: number;
  /** What the file should be; shown with the refusal. */
  cure?: string;
}

const mebibyte = 1024 * 1024;
/** Certificates, descriptions of models: what people write. */
export const writtenByHand = {limitBytes: mebibyte} satisfies FileBounds;
/** What this program wrote itself: plans, records of measurements. */
export const writtenByUs = {limitBytes: 64 * mebibyte} satisfies FileBounds;

/**
 * A file that is named from outside, opened for reading. A pipe or device would make a reader wait for ever or read
 * without an end: they are refused, folders and files above the limit too. Throws NOT_A_FILE, USAGE, what `open` throws where there is no file,
 * and for any other trouble with the path the error of its kind.
 */
export function openRegularFile(path: string, {limitBytes, cure = 'name a regular file'}: FileBounds): number {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it, and no signal ends that.
  const file = opened(path);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw new SutraError('NOT_A_FILE', `${path} is ${kindOf(found)}, not a regular file`, {cure});
    if (found.size > limitBytes) {
      throw new SutraError('USAGE', `${path} has ${sizeOf(found.size)}; the limit is ${sizeOf(limitBytes)}`, {cure});
    }
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** A file that is not there is for the caller to judge; what else is wrong with the path is said here. */
function opened(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) throw error;
    throw fileFailure(error, path);
  }
}

/** The bytes of such a file, at once. Throws what `openRegularFile` throws. */
export function readRegularFile(path: string, bounds: FileBounds): Buffer {
  const file = openRegularFile(path, bounds);
  try {
    const pieces: Buffer[] = [];
    // Files of /proc say that they are empty, and any file may grow: the limit holds for what is read.
    for (let total = 0; ; ) {
      const piece = Buffer.allocUnsafe(Math.max(65_536, fstatSync(file).size - total + 1));
      const length = readSync(file, piece);
      if (length === 0) return Buffer.concat(pieces);
      total += length;
      if (total > bounds.limitBytes) {
        throw new SutraError('USAGE', `${path} has more than ${sizeOf(bounds.limitBytes)}`, {cure: bounds.cure ?? []});
      }
      pieces.push(piece.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

/** The text of such a file, without a byte order mark; null where there is none. Throws USAGE also for other than UTF-8. */
export function readTextFile(path: string, bounds: FileBounds): string | null {
  const bytes = bytesIfThere(path, bounds);
  if (bytes === null) return null;
  const {cure = 'save it as UTF-8 text'} = bounds;
  if (bytes.includes(0)) throw new SutraError('USAGE', `${path} is not a text file: it contains a NUL byte`, {cure});
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch (cause) {
    throw new SutraError('USAGE', `${path} is not UTF-8 text`, {cure, cause});
  }
}

function bytesIfThere(path: string, bounds: FileBounds): Buffer | null {
  try {
    return readRegularFile(path, bounds);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function kindOf(found: {isDirectory(): boolean; isFIFO(): boolean}): string {
  if (found.isDirectory()) return 'a folder';
  return found.isFIFO() ? 'a pipe' : 'a device or a socket';
}

function sizeOf(bytes: number): string {
  const [size, unit] = bytes < mebibyte ? [bytes / 1024, 'KiB'] : [bytes / mebibyte, 'MiB'];
  return `${size.toLocaleString('en-US', {maximumFractionDigits: 1})} ${unit}`;
}
