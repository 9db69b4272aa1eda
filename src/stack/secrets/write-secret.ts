import {chmod} from 'node:fs/promises';
import {dirname} from 'node:path';
import {readTextIfThere} from '../../system/files/files.js';
import {makeOwnFolder, setAsideUnless, writeOwnFile} from '../../system/files/own-files.js';

/** Writes one file of the secrets folder, which it makes where there is none. What is right stays as it is. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  makeOwnFolder(folder, 0o700);
  setAsideUnless('a file', path);
  await chmod(folder, 0o700);
  if ((await readTextIfThere(path)) === text) await chmod(path, 0o600);
  else writeOwnFile(path, text, 0o600);
}
