import {readFileSync} from 'node:fs';

/** A small file as text, at once; null where it cannot be read, for whatever reason. For what the kernel tells, and locks. */
export function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
