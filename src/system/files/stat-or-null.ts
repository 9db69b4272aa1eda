import {type BigIntStats, statSync} from 'node:fs';

/** What a path leads to; null where there is nothing, or nothing that this user may look at. */
export function statOrNull(path: string): BigIntStats | null {
  try {
    return statSync(path, {bigint: true});
  } catch {
    return null;
  }
}

/** Whether both paths lead to one file or folder. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map(statOrNull);
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}
