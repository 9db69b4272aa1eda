import {dirname} from 'node:path';
import {SutraError} from '../errors.js';

/** What a file system call threw, as an error of ours that says which file and what to do. */
export function fileFailure(error: unknown, path: string): SutraError {
  if (error instanceof SutraError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SutraError('NO_SPACE', `no space left to write ${path}`, {
      cure: [`make room: df -h ${dirname(path)}`, 'then the same command again: what was there before is unchanged'],
      cause: error,
    });
  }
  if (code === 'EFBIG') {
    const cure = 'raise the limit of this shell on the size of files (ulimit -f), then the same command again';
    return new SutraError('NO_SPACE', `${path} would be larger than this shell allows`, {cure, cause: error});
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const cure = `see who owns it: ls -ld ${path}`;
    return new SutraError('PERMISSION', `${path} cannot be written by this user`, {cure, cause: error});
  }
  return new SutraError('STATE', `${path} cannot be written: ${String(error)}`, {
    cure: `look at what is there: ls -ld ${path}`,
    cause: error,
  });
}
