import {lstat, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {identify} from '../process/process-identity.js';

/**
 * A new folder of this process's own, gone with its disposal. Those of the same prefix that processes of this user left
 * which were killed go at once.
 */
export async function temporaryFolder(prefix: string, root = tmpdir()): Promise<AsyncDisposable & {path: string}> {
  for (const name of await readdir(root)) {
    if (name.startsWith(prefix) && (await isOrphan(join(root, name), name.slice(prefix.length)))) {
      await rm(join(root, name), {recursive: true, force: true});
    }
  }
  const path = await mkdtemp(join(root, `${prefix}${process.pid}-`));
  return {path, [Symbol.asyncDispose]: () => rm(path, {recursive: true, force: true})};
}

/** By its name: `4711-a1B2c3`, where 4711 is the process that made it. */
async function isOrphan(path: string, name: string): Promise<boolean> {
  const pid = /^(\d+)-/.exec(name)?.[1];
  if (pid === undefined || identify(Number(pid)) !== null) return false;
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
