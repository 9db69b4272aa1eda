import {type FailureDetail, SutraError} from '../../errors.js';
import {type ErrnoKind, errnoKinds} from './errno-kinds.js';

/** What a call of the system threw. */
interface SystemError extends Error {
  code: string;
  syscall: string;
  path?: string;
  dest?: string;
}

/** What a file system call threw, as an error of ours that says which file and what to do. */
export function fileFailure(error: unknown, path: string): SutraError {
  if (error instanceof SutraError) return error;
  return (
    describe(error, path) ??
    new SutraError('STATE', `${path} cannot be used: ${String(error)}`, {
      cure: `see what is there: ls -ld ${path}`,
      cause: error,
    })
  );
}

/**
 * The same for an error, or a cause of it, that nobody on the way has named the path of. Null: it is not about a file,
 * a program or the current folder.
 */
export function systemFailure(error: unknown): SutraError | null {
  if (error instanceof SutraError || !(error instanceof Error)) return null;
  if (!isSystemError(error)) return systemFailure(error.cause);
  if (error.syscall === 'uv_cwd') return lostFolder(error);
  if (error.syscall.startsWith('spawn')) return notStarted(error);
  return describe(error, error.path === undefined ? null : (error.dest ?? error.path));
}

/** Whether a call failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function describe(error: unknown, path: string | null): SutraError | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const errno = String(error.code);
  const kind: ErrnoKind | undefined = errnoKinds[errno];
  if (kind === undefined) return null;
  const {code, pathless} = kind;
  const about = (says: string, cure: string[]) => withErrno(code, says, errno, {cure, cause: error});
  if (path !== null) return about(kind.says(path), kind.hints(path));
  return pathless === undefined ? null : about(pathless.says, pathless.hints());
}

function withErrno(code: SutraError['code'], says: string, errno: string, detail: FailureDetail): SutraError {
  return new SutraError(code, `${says} (${errno})`, detail);
}

function lostFolder(error: SystemError): SutraError {
  // The shell still knows what it was called.
  const name = process.env.PWD ?? 'the current folder';
  const says = `${name}, the folder this command was started in, does not exist any more`;
  return withErrno('NOT_FOUND', says, error.code, {cure: 'cd to a folder that exists', cause: error});
}

function notStarted(error: SystemError): SutraError | null {
  const program = error.path ?? error.syscall.replace(/^spawn ?/, '');
  const because = (code: SutraError['code'], why: string, cure: string) =>
    withErrno(code, `${program} cannot be started: ${why}`, error.code, {cure, cause: error});
  if (error.code === 'ENOENT') return because('TOOL_MISSING', 'there is no such program', 'install it, or set PATH');
  if (error.code === 'EACCES') return because('PERMISSION', 'this user may not run it', `ls -l ${program}`);
  if (error.code !== 'EAGAIN' && error.code !== 'ENOMEM') return describe(error, program);
  const cure = 'end other programs, or raise the limit of processes (ulimit -u)';
  return because('NO_MEMORY', 'the system is out of memory or processes', cure);
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && typeof error.code === 'string' && 'syscall' in error && typeof error.syscall === 'string';
}
