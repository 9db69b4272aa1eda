import {statSync} from 'node:fs';

/** Says what is at a path where only a regular file may be; null where there is one, or nothing. */
export function oddFile(path: string): string | null {
  const found = statSync(path, {throwIfNoEntry: false});
  if (found === undefined || found.isFile()) return null;
  return `${path} is ${found.isDirectory() ? 'a folder' : 'a special file'} and not a file`;
}
