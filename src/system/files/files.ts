import {isMissing} from './file-failure.js';
import {readRegularFile, writtenByUs} from './regular-file.js';

/** The text of a file that this program wrote, or null where there is none. Throws NOT_A_FILE for what is no regular file. */
export function readTextIfThere(path: string): Promise<string | null> {
  return Promise.resolve().then(() => textIfThere(path));
}

function textIfThere(path: string): string | null {
  try {
    return readRegularFile(path, writtenByUs).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
