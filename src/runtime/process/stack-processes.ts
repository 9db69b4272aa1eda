import {basename, join} from 'node:path';
import {statOrNull} from '../../system/files/stat-or-null.js';
import {folderNames, folderOrigin} from '../../system/folders/folder-mark.js';
import {isAlive, type ProcessIdentity} from '../../system/process/process-identity.js';
import {type ListedProcess, processesWith, readEnvironment} from '../../system/process/process-table.js';
import type {StackFolder} from '../stack-folder.js';
import {marks} from './marks.js';

/** A process of a stack, known by the marks in its own environment: no file is asked. */
export interface StackProcess extends ListedProcess {
  /** The instance it belongs to; null: a supervisor. */
  instance: string | null;
}

/**
 * Returns all living processes of the stack but the caller: services, their children, and supervisors. Empty on systems
 * that keep environments to themselves (all but Linux).
 */
export function processesOf(folder: StackFolder): StackProcess[] {
  const isOurs = belongsTo(folder);
  return processesWith(marks.stack)
    .filter(isOurs)
    .map((found) => ({...found, instance: found.env[marks.instance] ?? null}));
}

/**
 * Whether this very process carries the mark of the stack in `folder`; with `instance`, also that of the instance. What
 * a file says of a pid is not enough to signal it: the file may have been copied from another folder, or edited. Where
 * environments cannot be read (all but Linux), pid and start time have to do.
 */
export function carriesMark(folder: StackFolder, identity: ProcessIdentity, instance?: string): boolean {
  if (!isAlive(identity)) return false;
  if (process.platform !== 'linux') return true;
  const env = readEnvironment(identity.pid);
  if (env?.[marks.stack] === undefined || !belongsTo(folder)({identity, env})) return false;
  return instance === undefined || env[marks.instance] === instance;
}

/**
 * Names can be taken again and files copied, so the folder that a process was started in decides: the kernel keeps it
 * through every move, and a copy is another one. Where that folder is gone, or a child has left it, the name decides.
 */
function belongsTo({path}: StackFolder): (process: Pick<ListedProcess, 'identity' | 'env'>) => boolean {
  const ours = numberOf(path);
  const origin = folderOrigin(path);
  const names = [...folderNames(path), ...(origin.kind === 'moved' ? [origin.from] : [])];
  return ({identity, env}) => {
    const theirs = numberOf(join(`/proc/${identity.pid}/cwd`, basename(path)));
    return theirs === null ? names.includes(env[marks.stack] ?? '') : theirs === ours;
  };
}

function numberOf(path: string): string | null {
  const found = statOrNull(path);
  return found === null ? null : `${found.dev}:${found.ino}`;
}
