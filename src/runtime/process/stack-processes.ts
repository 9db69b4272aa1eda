import {isAlive, type ProcessIdentity} from '../../system/process-identity.js';
import {type ListedProcess, processesWith, readEnvironment} from '../../system/process-table.js';
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
  return processesWith(marks.stack, folder.path).map((found) => ({
    ...found,
    instance: found.env[marks.instance] ?? null,
  }));
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
  return env?.[marks.stack] === folder.path && (instance === undefined || env[marks.instance] === instance);
}
