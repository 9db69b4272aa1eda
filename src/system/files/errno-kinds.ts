import {tmpdir} from 'node:os';
import {dirname} from 'node:path';
import type {FailureCode} from '../../errors.js';
import {fileOnTheWay, missingPart} from './path-parts.js';

/** What an error of the file system means to whoever named the path, and what they can do. */
export interface ErrnoKind {
  code: FailureCode;
  says: (path: string) => string;
  hints: (path: string) => string[];
  /** The same for a call on an open file, whose path the system does not tell; absent: such an error is a defect. */
  pathless?: {says: string; hints: () => string[]};
}

const again = 'then run the same command again: existing files are unchanged';
const look = (path: string) => [`see what is there: ls -ld ${path}`];

const refused: ErrnoKind = {
  code: 'PERMISSION',
  says: (path) => `this user has no permission for ${path}`,
  hints: (path) => [`see who owns it: ls -ld ${path}`, 'run the command as its owner, or change its owner or mode'],
};

const full: ErrnoKind = {
  code: 'NO_SPACE',
  says: (path) => `no space left to write ${path}`,
  hints: (path) => [`free space: df -h ${dirname(path)}`, again],
  pathless: {says: 'no space left on the disk', hints: () => [`free space: df -h . ${tmpdir()}`, again]},
};

const raiseOpenFiles = () => ['raise the limit of open files, then run the same command again: ulimit -n 8192'];
const outOfFiles: ErrnoKind = {
  code: 'TOO_MANY_FILES',
  says: (path) => `too many files are open to open ${path}`,
  hints: raiseOpenFiles,
  pathless: {says: 'too many files are open', hints: raiseOpenFiles},
};

const checkDisk = () => ['check the kernel log for disk errors: dmesg | tail'];
const diskFailed: ErrnoKind = {
  code: 'DISK_FAILED',
  says: (path) => `the disk failed at ${path}`,
  hints: checkDisk,
  pathless: {says: 'the disk failed', hints: checkDisk},
};

const noFile: ErrnoKind = {
  code: 'NOT_A_FILE',
  says: (path) => `${path} is a folder, pipe or device; a file is needed`,
  hints: (path) => [...look(path), 'name a regular file'],
};

const inTheWay: ErrnoKind = {
  code: 'IN_THE_WAY',
  says: (path) => `${path} exists already`,
  hints: (path) => [...look(path), 'move it away, or name another path'],
};

/** By the system's own name of the error. */
export const errnoKinds: Record<string, ErrnoKind> = {
  ENOENT: {
    code: 'NOT_FOUND',
    says: (path) => missingPart(path).says,
    hints: (path) => missingPart(path).hints,
  },
  ENOTDIR: {
    code: 'NOT_A_FOLDER',
    says: (path) => `${fileOnTheWay(path)} is a file, not a folder`,
    hints: (path) => [...look(fileOnTheWay(path)), 'name a folder'],
  },
  EISDIR: noFile,
  ENXIO: noFile,
  EACCES: refused,
  EPERM: refused,
  EROFS: {
    code: 'READ_ONLY',
    says: (path) => `${path} is on a file system that is mounted read-only`,
    hints: (path) => ['name a path on another file system', `see how it is mounted: findmnt -T ${dirname(path)}`],
  },
  ELOOP: {
    code: 'LINK_LOOP',
    says: (path) => `${path} is a symbolic link that leads to itself or may not be followed here`,
    hints: (path) => [...look(path), 'name the file itself'],
  },
  ENAMETOOLONG: {
    code: 'NAME_TOO_LONG',
    says: (path) => `the path ${shortened(path)} is longer than the file system allows (${path.length} characters)`,
    hints: () => ['name a shorter path: most systems allow 255 bytes in a name and 4,096 in a path'],
  },
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: {
    code: 'NO_SPACE',
    says: (path) => `${path} would be larger than this shell or file system allows`,
    hints: () => ['raise the limit on the size of files (ulimit -f), then run the same command again'],
    pathless: {
      says: 'a file would be larger than this shell or file system allows',
      hints: () => ['raise the limit on the size of files (ulimit -f), then run the same command again'],
    },
  },
  EMFILE: outOfFiles,
  ENFILE: outOfFiles,
  EIO: diskFailed,
  ESTALE: diskFailed,
  EEXIST: inTheWay,
  ENOTEMPTY: inTheWay,
  EBUSY: {
    code: 'IN_THE_WAY',
    says: (path) => `${path} is in use`,
    hints: (path) => [`see who uses it: fuser -v ${path}`, 'end that program, or name another path'],
  },
  EXDEV: {
    code: 'IN_THE_WAY',
    says: (path) => `${path} is on another file system than its folder`,
    hints: (path) => [`see what is mounted there: findmnt -T ${path}`, 'name a path that is not a mount point'],
  },
};

const shownCharacters = 80;

function shortened(path: string): string {
  return path.length <= shownCharacters ? path : `${path.slice(0, shownCharacters)}…`;
}
