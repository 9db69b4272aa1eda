import {accessSync, constants, statSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {SutraError} from '../../errors.js';
import {fileFailure} from '../files/file-failure.js';

/** Refuses, before any work, a folder that does not exist, is a file or is closed to this user. */
export function requireFolder(path: string): void {
  if (path === '') {
    throw new SutraError('USAGE', '--folder is empty', {
      cure: 'name a folder, or leave the flag out for the current one',
    });
  }
  enter(path, constants.X_OK);
}

/**
 * Refuses, before any work, a file that could not be written when the work is done. Throws NOT_FOUND, NOT_A_FILE,
 * NOT_A_FOLDER, PERMISSION or READ_ONLY. `flag` is what names it, for a path that means standard output.
 */
export function requireWritable(path: string, flag: string): void {
  if (path === '-') {
    throw new SutraError('USAGE', `${flag} cannot write to standard output: "-" is not a file`, {
      cure: `name a file, or, for a file named "-": ${flag} ./-`,
    });
  }
  enter(dirname(resolve(path)), constants.W_OK | constants.X_OK);
  if (statSync(path, {throwIfNoEntry: false})?.isDirectory() !== true) return;
  throw new SutraError('NOT_A_FILE', `${path} is a folder; a file name is needed`, {
    cure: `name a file in the folder: ${path.replace(/\/+$/, '')}/NAME`,
  });
}

/** The slash makes the system itself refuse a file. */
function enter(folder: string, mode: number): void {
  try {
    statSync(`${folder}/`);
    accessSync(folder, mode);
  } catch (error) {
    throw fileFailure(error, folder);
  }
}
