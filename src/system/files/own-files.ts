import {lstatSync, mkdirSync, renameSync, rmSync, type Stats, statSync} from 'node:fs';
import {fileFailure} from './file-failure.js';
import {writeWhole} from './whole-file.js';

/**
 * Writes a file that belongs to a stack. Whatever else has got to its place, a folder or a pipe, is set aside first. For
 * paths below `.sutra/` alone: what lies at a path that a user names is not ours to move.
 */
export function writeOwnFile(path: string, data: string | Uint8Array, mode?: number): void {
  setAsideUnless('a file', path);
  writeWhole(path, data, mode);
}

/** Makes a folder that belongs to a stack, as `writeOwnFile` writes a file. */
export function makeOwnFolder(path: string, mode = 0o777): void {
  setAsideUnless('a folder', path);
  try {
    mkdirSync(path, {recursive: true, mode});
  } catch (error) {
    throw fileFailure(error, path);
  }
}

/** Renames what is not what belongs there to `<path>.damaged`, in the place of what was set aside before. */
export function setAsideUnless(wanted: 'a file' | 'a folder', path: string): void {
  const found = followed(path);
  if (found === undefined) return;
  if (found === 'loop' || (wanted === 'a file' ? !found.isFile() : !found.isDirectory())) setAside(path);
}

/** What a path leads to; undefined where nothing is there, or what a link names is not. */
function followed(path: string): Stats | 'loop' | undefined {
  try {
    return statSync(path, {throwIfNoEntry: false});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') return 'loop';
    throw fileFailure(error, path);
  }
}

/** Keeps what lies at `path` as `<path>.damaged`, for whoever wants to look at it. A link holds nothing and is removed. */
export function setAside(path: string): void {
  const aside = `${path}.damaged`;
  try {
    rmSync(aside, {recursive: true, force: true});
    if (lstatSync(path).isSymbolicLink()) rmSync(path);
    else renameSync(path, aside);
  } catch (error) {
    throw fileFailure(error, path);
  }
}
