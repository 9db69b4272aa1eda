import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

const blockBytes = 64 * 1024;

/**
 * The last `count` lines of a log, going on into the copy that the last rotation made. The file is read from its end.
 * A missing log has none.
 */
export function lastLines(path: string, count: number): string[] {
  const lines = tailOf(path, count);
  return lines.length < count ? [...tailOf(`${path}.1`, count - lines.length), ...lines] : lines;
}

function tailOf(path: string, count: number): string[] {
  if (count <= 0) return [];
  const text = readEnd(path, count);
  if (text === '') return [];
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return lines.slice(-count);
}

/** The end of the file, back to where at least `count` lines have begun. */
function readEnd(path: string, count: number): string {
  const file = openOrNull(path);
  if (file === null) return '';
  try {
    let start = fstatSync(file).size;
    const blocks: Buffer[] = [];
    for (let breaks = 0; start > 0 && breaks <= count; ) {
      const length = Math.min(blockBytes, start);
      start -= length;
      const block = Buffer.alloc(length);
      readSync(file, block, 0, length, start);
      blocks.unshift(block);
      breaks += block.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
    }
    return Buffer.concat(blocks).toString('utf8');
  } finally {
    closeSync(file);
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
