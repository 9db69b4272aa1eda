import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Root of the installed product: the folder of VERSION, templates/ and dist/. */
export const productRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of a copy of the lockfile: npm packs none under its own name in the root. */
export const lockfileFolder = join(productRoot, 'dist');

/** The version in VERSION, the one place it is written. */
export async function productVersion(): Promise<string> {
  return (await readFile(join(productRoot, 'VERSION'), 'utf8')).trim();
}
