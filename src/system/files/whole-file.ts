import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileFailure} from './file-failure.js';
import {draftName} from './sweep-drafts.js';

/**
 * Replaces a file: a reader, or a crash or power cut at any moment, finds the old text or the new one. Returns when the
 * new text is on the disk. Throws NO_SPACE, PERMISSION or STATE, and then the old text is still there.
 */
export function writeWhole(path: string, data: string | Uint8Array, mode = 0o644): void {
  const draft = join(dirname(path), draftName(basename(path)));
  try {
    writeDraft(draft, Buffer.from(data), mode);
    moveDurably(draft, path);
  } catch (error) {
    rmSync(draft, {force: true});
    throw fileFailure(error, path);
  }
}

/** Renames within one file system and returns when the new name is on the disk. */
export function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/**
 * Writes all the bytes at the file's position, or throws. On a disk that is nearly full one call of the system writes a
 * part and reports success; only the next one fails.
 */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    const count = writeSync(file, bytes, written);
    if (count === 0) throw Object.assign(new Error('the system wrote nothing'), {code: 'ENOSPC'});
    written += count;
  }
}

function writeDraft(draft: string, bytes: Uint8Array, mode: number): void {
  // A draft of this name was left by a process of the same pid that was killed; its mode may be another.
  rmSync(draft, {force: true});
  const file = openSync(draft, 'wx', mode);
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

// A rename is only durable once its folder is. Some file systems refuse to sync a folder, and Windows cannot open one:
// that costs durability after a power cut, not wholeness.
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    return;
  }
}
