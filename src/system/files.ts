import {readRegularFile, writtenByUs} from './regular-file.js';

/** The text of a file that this program wrote, or null where there is none. Throws USAGE for what is no regular file. */
export function readTextIfThere(path: string): Promise<string | null> {
  return Promise.resolve().then(() => textIfThere(path));
}

function textIfThere(path: string): string | null {
  try {
    return readRegularFile(path, writtenByUs).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
