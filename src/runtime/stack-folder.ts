import {mkdirSync, readdirSync, realpathSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {makeOwnFolder} from '../system/own-files.js';

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

/** Paths below `<cwd>/.sutra`. Links are resolved, so that one folder has one name however it is reached. */
export function stackFolder(stateFolder: string): StackFolder {
  const path = resolved(stateFolder);
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
  makeOwnFolder(folder.run, 0o700);
  makeOwnFolder(folder.logs, 0o700);
}

/** Removes what lived with the stack, sockets included, but not the locks: those are given back by who has them. */
export function emptyRunFolder(folder: StackFolder): void {
  for (const name of readdirSync(folder.run)) {
    const path = join(folder.run, name);
    if (path.startsWith(folder.commandLock) || path === folder.supervisorLock) continue;
    rmSync(path, {recursive: true, force: true});
  }
}

export function logPath(folder: StackFolder, instance: string): string {
  return join(folder.logs, `${instance}.log`);
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    mkdirSync(path, {recursive: true, mode: 0o700});
    return realpathSync(path);
  }
}
