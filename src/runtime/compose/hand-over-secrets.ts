import {chown} from 'node:fs/promises';
import {secretFilesOf} from '../../system/folders/secrets-folder.js';

/** Where root deploys, the services run as somebody else: the secrets become theirs, and stay closed to all others. */
export async function handOverSecrets(stateFolder: string, user: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const [uid = 0, gid = 0] = user.split(':').map(Number);
  for (const path of Object.values(secretFilesOf(stateFolder))) await chown(path, uid, gid).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
