import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {SutraError} from '../errors.js';
import {folderOrigin} from '../system/folders/folder-mark.js';
import {stateFolderOf} from '../system/folders/state-folder.js';
import type {System} from '../system/system.js';

/** The folder whose copy this one is; null for any other. Its files then describe a stack of that folder. */
export function copiedFrom(system: Pick<System, 'cwd'>): string | null {
  const origin = folderOrigin(stateFolderOf(system));
  return origin.kind === 'copy' ? dirname(origin.from) : null;
}

/** Throws STATE in a copy that describes a stack: whatever is asked of that stack is to be asked where it runs. */
export function refuseCopy(system: Pick<System, 'cwd'>): void {
  const from = copiedFrom(system);
  const describesStack = ['plan.json', 'run'].some((name) => existsSync(join(stateFolderOf(system), name)));
  if (from === null || !describesStack) return;
  throw new SutraError('STATE', `${system.cwd} is a copy of ${from}; its stack runs from ${from}, not from here`, {
    cure: [
      `for the stack of ${from}: pass --folder ${from}`,
      'for a stack of its own here: sutra deploy --project NAME --port-offset N',
      'to remove the copied state: sutra destroy',
    ],
    details: {folder: system.cwd, copyOf: from},
  });
}
