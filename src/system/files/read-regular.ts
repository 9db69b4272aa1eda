import {closeSync, constants, fstatSync, openSync, readFileSync, readSync} from 'node:fs';

/** What came of reading a file; `problem` completes the sentence "the file …". */
export type FileText = {state: 'gone'} | {state: 'read'; text: string} | {state: 'damaged'; problem: string};

/** No file of a stack that is read whole comes near. */
const largestBytes = 256 * 2 ** 20;

/** Reads a regular file, and nothing else: a pipe would wait for ever for somebody who writes into it. Never throws. */
export function readRegular(path: string): FileText {
  return inRegular(path, (file, bytes) =>
    bytes > largestBytes
      ? {state: 'damaged', problem: `has ${bytes} bytes`}
      : {state: 'read', text: readFileSync(file, 'utf8')},
  );
}

/** What keeps a file from being read as a regular one; null where nothing does, or there is none. Reads one byte of any size. */
export function problemOfRegular(path: string): string | null {
  const found = inRegular(path, (file) => {
    readSync(file, Buffer.alloc(1));
    return {state: 'read', text: ''};
  });
  return found.state === 'damaged' ? found.problem : null;
}

function inRegular(path: string, read: (file: number, bytes: number) => FileText): FileText {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return refused(error);
  }
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) return {state: 'damaged', problem: 'is a folder'};
    if (!found.isFile()) return {state: 'damaged', problem: 'is not a regular file'};
    return read(file, found.size);
  } catch (error) {
    return refused(error);
  } finally {
    closeSync(file);
  }
}

function refused(error: unknown): FileText {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT') return {state: 'gone'};
  const known: Record<string, string> = {
    EACCES: 'cannot be read by this user',
    EPERM: 'cannot be read by this user',
    ELOOP: 'is a link that leads to itself',
    ENOTDIR: 'lies below something that is not a folder',
    ENXIO: 'is not a regular file',
  };
  return {state: 'damaged', problem: known[code] ?? `cannot be read (${code})`};
}
