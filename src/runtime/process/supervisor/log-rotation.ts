import {closeSync, fstatSync, ftruncateSync, openSync, readdirSync, readSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {writeAll} from '../../../system/files/whole-file.js';

const blockBytes = 1024 * 1024;

/**
 * Copies each `*.log` of the folder that has grown past `maxBytes` to `.log.1` (and `.log.1` to `.log.2`) and empties
 * it. The writers keep their file: they append, so their next line is at its new beginning.
 */
export function rotateLogs(logs: string, maxBytes: number): void {
  for (const name of readdirSync(logs).filter((candidate) => candidate.endsWith('.log'))) {
    rotate(join(logs, name), maxBytes);
  }
}

function rotate(path: string, maxBytes: number): void {
  const log = openSync(path, 'r+');
  try {
    const {size, nlink} = fstatSync(log);
    // A file with a second name elsewhere is not emptied: what it holds may be kept there.
    if (size <= maxBytes || nlink > 1) return;
    const draft = `${path}.copy`;
    try {
      copyAll(log, draft);
    } catch (error) {
      rmSync(draft, {force: true});
      throw error;
    }
    rmSync(`${path}.2`, {force: true});
    tryRename(`${path}.1`, `${path}.2`);
    renameSync(draft, `${path}.1`);
    ftruncateSync(log, 0);
  } finally {
    closeSync(log);
  }
}

/** Reads until nothing more comes, so that what is written while copying is lost only within the last instant. */
function copyAll(log: number, path: string): void {
  const copy = openSync(path, 'w', 0o600);
  try {
    const block = Buffer.alloc(blockBytes);
    for (let offset = 0; ; ) {
      const length = readSync(log, block, 0, block.length, offset);
      if (length === 0) return;
      writeAll(copy, block.subarray(0, length));
      offset += length;
    }
  } finally {
    closeSync(copy);
  }
}

function tryRename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
