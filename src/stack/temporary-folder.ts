import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A new folder of this process's own, gone with its disposal. */
export async function temporaryFolder(prefix: string): Promise<AsyncDisposable & {path: string}> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {path, [Symbol.asyncDispose]: () => rm(path, {recursive: true, force: true})};
}
