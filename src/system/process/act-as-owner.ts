import {accessSync, constants, lstatSync} from 'node:fs';
import {tmpdir, userInfo} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {SutraError} from '../../errors.js';

interface User {
  uid: number;
  gid: number;
  /** null: no entry in the user database, as in a container. */
  entry: {name: string; home: string} | null;
}

/** The types of Node have left it out. */
type WithGroups = {initgroups?: (user: string, extraGroup: number) => void};

/** Name folders that are root's own. */
const rootsVariables = ['XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'];

/**
 * Root in the folder of another user's stack becomes that user, for good: what root writes or starts there, its owner could
 * neither replace nor end. Returns whose name is acted in, null where nothing changes. Throws PERMISSION where the owner
 * cannot run this program.
 */
export function actAsOwner(folder: string, env: NodeJS.ProcessEnv = process.env): string | null {
  if (process.geteuid?.() !== 0) return null;
  const state = lstatSync(join(resolve(folder), '.sutra'), {throwIfNoEntry: false});
  if (state === undefined || !state.isDirectory() || state.uid === 0) return null;
  const user = ownerOf(state);
  const name = user.entry?.name ?? `user ${user.uid}`;
  requireProgram(name);
  for (const variable of rootsVariables) delete env[variable];
  if (user.entry !== null) Object.assign(env, {HOME: user.entry.home, USER: name, LOGNAME: name});
  if (!isAllowed(tmpdir(), constants.W_OK)) delete env.TMPDIR;
  return name;
}

/** Becomes the owner of the folder. Throws PERMISSION where this root may not, as in a container without the capability. */
function ownerOf({uid, gid}: {uid: number; gid: number}): User {
  try {
    const user = userOf(uid, gid);
    become(user);
    return user;
  } catch (cause) {
    throw new SutraError(
      'PERMISSION',
      `the stack here belongs to user ${uid}, and root may not act as that user here`,
      {
        cure: `run sutra as user ${uid}`,
        cause,
      },
    );
  }
}

/** The user database is asked for the effective user alone, so the question is put as that user. */
function userOf(uid: number, gid: number): User {
  process.seteuid?.(uid);
  try {
    const {username, homedir, gid: primary} = userInfo();
    return {uid, gid: primary, entry: {name: username, home: homedir}};
  } catch {
    return {uid, gid, entry: null};
  } finally {
    process.seteuid?.(0);
  }
}

function become({uid, gid, entry}: User): void {
  process.setgid?.(gid);
  if (entry === null) process.setgroups?.([gid]);
  else (process as WithGroups).initgroups?.(entry.name, gid);
  process.setuid?.(uid);
}

/** Services are started as the owner, with this Node and from this folder. */
function requireProgram(name: string): void {
  for (const path of [process.execPath, import.meta.filename]) {
    if (isAllowed(path, constants.R_OK)) continue;
    throw new SutraError('PERMISSION', `the stack here belongs to ${name}, who cannot read ${path}`, {
      cure: [
        `use a sutra that ${name} can run: sudo -u ${name} sutra ...`,
        `or let ${name} read this one: chmod o+x ${dirname(path)} and the folders above`,
      ],
      details: {owner: name, path},
    });
  }
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
