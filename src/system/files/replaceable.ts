import {execFileSync} from 'node:child_process';
import {lstatSync, realpathSync, type Stats} from 'node:fs';
import {userInfo} from 'node:os';
import {dirname} from 'node:path';

const [ownerOnly, groupWrites, othersWrite, sticky] = [0, 0o020, 0o002, 0o1000];

export interface Trust {
  /** The folder that the user named: who owns it may own what is in it. */
  base: string;
  /** A team may share it: writing by a group is meant. */
  group: boolean;
}

/**
 * The first folder, link or file on the way to `path` that another user could replace, as it is named or as it really
 * lies; null where nobody can. bin/ready.sh asks the same of the Node that it runs, without trust in anybody but root.
 */
export function replaceableBy(path: string, trust: Trust): string | null {
  const owners = new Set([0, process.getuid?.(), stat(trust.base)?.uid]);
  const found = [...ways(path)].find((way) => {
    const entry = stat(way);
    return entry !== null && (!owners.has(entry.uid) || isWritten(entry, trust));
  });
  return found ?? null;
}

/** In a folder with the sticky bit only the owner of an entry can replace it. */
function isWritten(entry: Stats, {group}: Trust): boolean {
  const {mode, gid} = entry;
  if (entry.isSymbolicLink() || (mode & sticky) !== ownerOnly) return false;
  if ((mode & othersWrite) !== ownerOnly) return true;
  return !group && (mode & groupWrites) !== ownerOnly && !isPrivateGroup(gid);
}

/** Many systems give each user a group of the same name, and let it write by default. */
function isPrivateGroup(gid: number): boolean {
  if (gid === 0 || gid !== process.getgid?.()) return gid === 0;
  try {
    return execFileSync('id', ['-gn'], {encoding: 'utf8', timeout: 5_000}).trim() === userInfo().username;
  } catch {
    return false;
  }
}

function* ways(path: string): Generator<string> {
  yield* above(path);
  try {
    yield* above(realpathSync(path));
  } catch {
    // Not there yet: what is above it was looked at.
  }
}

function* above(path: string): Generator<string> {
  for (let way = path; way !== dirname(way); way = dirname(way)) yield way;
}

function stat(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
