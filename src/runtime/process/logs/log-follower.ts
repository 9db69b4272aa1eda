import {closeSync, openSync, readSync, statSync} from 'node:fs';

const blockBytes = 256 * 1024;

/** Reads what a log gains, across rotation (by copy) and truncation. */
export interface LogFollower {
  /** Whole lines that have come since the last call. */
  read(): string[];
}

/** Begins at the log's present end. */
export function followLog(path: string): LogFollower {
  let offset = statOf(path).size;
  let copy = statOf(`${path}.1`);
  let partial: Buffer = Buffer.alloc(0);

  const take = (from: string): string[] => {
    const bytes = readFrom(from, offset);
    offset += bytes.length;
    const whole = Buffer.concat([partial, bytes]);
    const end = whole.lastIndexOf(0x0a) + 1;
    partial = whole.subarray(end);
    return end === 0
      ? []
      : whole
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n');
  };

  return {
    read() {
      const lines: string[] = [];
      const nowCopy = statOf(`${path}.1`);
      const {size} = statOf(path);
      if (nowCopy.inode !== copy.inode && size < nowCopy.size) {
        // Rotated: what had not been read yet is in the copy, at the same place.
        lines.push(...take(`${path}.1`));
        offset = 0;
        copy = nowCopy;
      } else if (size < offset) {
        offset = 0;
        partial = Buffer.alloc(0);
      }
      lines.push(...take(path));
      return lines;
    },
  };
}

function readFrom(path: string, offset: number): Buffer {
  const blocks: Buffer[] = [];
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    for (let at = offset; ; ) {
      const block = Buffer.alloc(blockBytes);
      const length = readSync(file, block, 0, blockBytes, at);
      if (length === 0) return Buffer.concat(blocks);
      blocks.push(block.subarray(0, length));
      at += length;
    }
  } finally {
    closeSync(file);
  }
}

function statOf(path: string): {inode: number; size: number} {
  const stat = statSync(path, {throwIfNoEntry: false});
  return {inode: stat?.ino ?? 0, size: stat?.size ?? 0};
}
