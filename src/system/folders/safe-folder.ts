import {type Dirent, lstatSync, readdirSync, readlinkSync, type Stats} from 'node:fs';
import {userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import {SutraError} from '../../errors.js';

const othersMayWrite = 0o002;

/** Folders whose content was looked through already: once in a command is enough. */
const searched = new Set<string>();

/**
 * Everything below a state folder is written, emptied and deleted, so nothing in it may stand for something elsewhere (a
 * repository can bring links along), and no other user may control it. A folder that does not exist is safe.
 */
export function refuseUnsafeFolder(path: string): void {
  const found = lstatSync(path, {throwIfNoEntry: false});
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw strange(path, `is a symbolic link to ${readlinkSync(path)}`);
  if (!found.isDirectory()) throw strange(path, 'is not a folder');
  refuseOthers(path, found);
  if (searched.has(path)) return;
  refuseLinksIn(path);
  searched.add(path);
}

function refuseOthers(path: string, {uid, mode}: Stats): void {
  const me = process.geteuid?.();
  if (me === undefined) return;
  if (uid !== me) {
    throw new SutraError('PERMISSION', `${path} belongs to user ${uid}, and this command runs as ${nameOf(me)}`, {
      cure: [
        `run the command as its owner: sudo -u '#${uid}' sutra ...`,
        `or, with the stack stopped, take it over: sudo chown -R ${me} ${path}`,
      ],
      details: {path, owner: uid, user: me},
    });
  }
  if ((mode & othersMayWrite) !== 0) {
    throw new SutraError('PERMISSION', `every user of this machine can write to ${path}`, {
      cure: `check what is in it, then: chmod 700 ${path}`,
    });
  }
}

function refuseLinksIn(folder: string): void {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) throw strange(path, 'is a symbolic link');
    if (entry.isDirectory()) refuseLinksIn(path);
  }
}

/** What goes away meanwhile, or is closed to this user, is met by whoever uses it. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return [];
  }
}

function strange(path: string, what: string): SutraError {
  return new SutraError('STATE', `${path} ${what}: sutra uses only files and folders that it made itself`, {
    cure: [`check where it came from: ls -la ${dirname(path)}`, `then remove it (not what it leads to): rm ${path}`],
    details: {path},
  });
}

function nameOf(uid: number): string {
  try {
    return `${userInfo().username} (${uid})`;
  } catch {
    return String(uid);
  }
}
