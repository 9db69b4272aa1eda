import {existsSync, readdirSync, realpathSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {makeOwnFolder} from '../system/files/own-files.js';
import {claimStateFolder, makeStateFolder} from '../system/folders/folder-mark.js';

/** Where a stack keeps what must outlive a command. */
export interface StackFolder {
  /** The state folder itself: the stack's identity on this machine. */
  path: string;
  /** Lives from the first `up` to `down`. */
  run: string;
  desired: string;
  state: string;
  /** Held by the command at work. */
  commandLock: string;
  /** Held by the supervisor for as long as it lives. */
  supervisorLock: string;
  /** Stay after `down`. */
  logs: string;
  supervisorLog: string;
  journal: string;
}

/** Paths below `<cwd>/.sutra`. Links to it are resolved, so that one folder has one name however it is reached. */
export function stackFolder(stateFolder: string): StackFolder {
  const path = join(realpathSync(dirname(stateFolder)), basename(stateFolder));
  const run = join(path, 'run');
  const logs = join(path, 'logs');
  return {
    path,
    run,
    desired: join(run, 'desired.json'),
    state: join(run, 'state.json'),
    commandLock: join(run, 'lock'),
    supervisorLock: join(run, 'supervisor.lock'),
    logs,
    supervisorLog: join(logs, 'supervisor.log'),
    journal: join(path, 'journal.jsonl'),
  };
}

export function makeFolders(folder: StackFolder): void {
  makeStateFolder(folder.path);
  makeOwnFolder(folder.run, 0o700);
  makeOwnFolder(folder.logs, 0o700);
}

/** The same for a command that is about to change the stack: a folder that was moved or copied becomes this stack's own. */
export function claimFolders(folder: StackFolder): void {
  claimStateFolder(folder.path);
  makeFolders(folder);
}

/** Removes what lived with the stack, sockets included, but not the locks: those are given back by who has them. */
export function emptyRunFolder(folder: StackFolder): void {
  if (!existsSync(folder.run)) return;
  for (const name of readdirSync(folder.run)) {
    const path = join(folder.run, name);
    // A command that takes the lock at this moment has its draft here.
    if (/^\.?(supervisor\.)?lock/.test(name) && !name.endsWith('.damaged')) continue;
    rmSync(path, {recursive: true, force: true});
  }
}

export function logPath(folder: StackFolder, instance: string): string {
  return join(folder.logs, `${instance}.log`);
}
