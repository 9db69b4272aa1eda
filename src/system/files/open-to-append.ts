import {closeSync, constants, copyFileSync, fstatSync, openSync, renameSync} from 'node:fs';

const {O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_RDWR} = constants;

/**
 * Opens a file to append to, made with mode 600 where there is none. Throws ELOOP for a symbolic link. A file that has
 * a second name (a hard link) is replaced by a copy first, so that nothing is written into what others keep under it.
 */
export function openToAppend(path: string): number {
  const file = open(path);
  if (fstatSync(file).nlink <= 1) return file;
  closeSync(file);
  const draft = `${path}.${process.pid}.tmp`;
  copyFileSync(path, draft);
  renameSync(draft, path);
  return open(path);
}

function open(path: string): number {
  return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
}
