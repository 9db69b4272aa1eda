import {existsSync} from 'node:fs';
import {readdir, rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {appendIfRoom} from '../journal/journal.js';
import {isOurName, markFile, refuseFolderOfOthers} from '../system/folders/folder-mark.js';
import type {System} from '../system/system.js';
import {openRuntime} from './hosts/open-runtime.js';
import {stateFolderOf} from './plans/deployed-plan.js';
import {stackJournal} from './stack-journal.js';
import {stopStack} from './stop.js';

export interface Destroyed {
  stopped: string[];
  /** Names below `.sutra/`. */
  removed: string[];
  kept: string[];
}

/** What is no setting and cannot be made again: the cache's vectors, the records of checks, and what happened when. */
const keptNames = ['data', 'evidence', 'baselines', 'journal.jsonl'];
/** Holds the lock of the command at work; it goes with the lock. */
const lockFolder = 'run';

/** Whether there is anything to destroy. */
export function hasState(system: Pick<System, 'cwd'>): boolean {
  return existsSync(stateFolderOf(system));
}

/**
 * Ends the stack and removes what was generated for it, with `volumes` all that sutra keeps in `.sutra/`. One that was
 * killed half-way is finished by the next. Throws STATE, having changed nothing, for a folder that sutra did not make.
 */
export async function destroyStack(system: System, {volumes}: {volumes: boolean}): Promise<Destroyed> {
  const state = stateFolderOf(system);
  refuseFolderOfOthers(state);
  const done = await endAndRemove(system, state, volumes);
  // Whoever has taken the lock meanwhile keeps its folder.
  for (const folder of [join(state, lockFolder), state]) await rmdir(folder).catch(() => undefined);
  return done;
}

async function endAndRemove(system: System, state: string, volumes: boolean): Promise<Destroyed> {
  const runtime = await openRuntime(system);
  using _lock = runtime.lock('destroy', {toEnd: true});
  const stopped = await stopStack(system, runtime, system.signal, {volumes});
  if (!volumes)
    appendIfRoom(stackJournal(system), {kind: 'destroy', entity: 'stack', cause: 'a command asked for it', data: {}});
  const done: Destroyed = {stopped, removed: [], kept: []};
  const names = await readdir(state);
  const strangers = names.filter((name) => !isOurName(name));
  // The mark goes with the folder: what others put there must not make the folder theirs.
  const staying = [...strangers, ...(volumes ? [] : keptNames), ...(strangers.length > 0 ? [markFile] : [])];
  for (const name of names.toSorted()) {
    if (name === lockFolder) continue;
    const stays = staying.includes(name);
    if (!stays) await rm(join(state, name), {recursive: true, force: true});
    (stays ? done.kept : done.removed).push(name);
  }
  return done;
}
