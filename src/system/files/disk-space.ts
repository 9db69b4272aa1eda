import {statfs} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Bytes an ordinary user may still write where `path` is or is to be. */
export async function freeBytes(path: string): Promise<number> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      const {bavail, bsize} = await statfs(folder);
      return bavail * bsize;
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!missing || dirname(folder) === folder) throw error;
    }
  }
}
