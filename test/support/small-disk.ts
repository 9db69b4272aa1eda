import {execFileSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A file system of its own in memory, of which all but a few pages can be filled. Needs root; its disposal unmounts it. */
export interface SmallDisk extends Disposable {
  path: string;
  /** Fills the disk until exactly this many pages are free. */
  leaveFree(pages: number): void;
  /** Takes away what `leaveFree` has put there. */
  empty(): void;
}

export const pageBytes = 4096;
const sizeBytes = 2 ** 20;

export function smallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'sutra-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes},mode=700`, 'tmpfs', path]);
  const filler = join(path, 'filler');
  const empty = () => rmSync(filler, {force: true});
  return {
    path,
    empty,
    leaveFree(pages) {
      empty();
      const file = openSync(filler, 'w');
      const page = Buffer.alloc(pageBytes);
      while (freePages(path) > pages) writeSync(file, page);
      closeSync(file);
      if (freePages(path) !== pages) throw new Error(`${freePages(path)} pages are free, not ${pages}`);
    },
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, {recursive: true, force: true});
    },
  };
}

function freePages(path: string): number {
  const {bavail, bsize} = statfsSync(path);
  return (bavail * bsize) / pageBytes;
}
