import {SutraError} from '../errors.js';

/** What a file system call threw, as an error of ours that says which file and what to do. */
export function fileFailure(error: unknown, path: string): SutraError {
  if (error instanceof SutraError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new SutraError('NO_SPACE', `no space left to write ${path}`, {
      cure: `make room: df -h ${path}`,
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const cure = `look who owns it: ls -ld ${path}`;
    return new SutraError('PERMISSION', `${path} cannot be written by this user`, {cure, cause: error});
  }
  return new SutraError('STATE', `${path} cannot be written: ${String(error)}`, {
    cure: 'look at the path',
    cause: error,
  });
}
