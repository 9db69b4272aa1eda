import {existsSync} from 'node:fs';
import {readdir, rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {appendIfRoom} from '../journal/journal.js';
import type {System} from '../system/system.js';
import {stateFolderOf} from './deployed-plan.js';
import {openRuntime} from './open-runtime.js';
import {stackJournal} from './stack-journal.js';
import {stopStack} from './stop.js';

export interface Destroyed {
  stopped: string[];
  /** Names below `.sutra/`. */
  removed: string[];
  kept: string[];
}

/** What is no setting and cannot be made again: the cache's vectors, the records of checks, and what happened when. */
const keptNames = ['data', 'evidence', 'journal.jsonl'];
/** Holds the lock of the command at work; it goes with the lock. */
const lockFolder = 'run';

/** Whether there is anything to destroy. */
export function hasState(system: Pick<System, 'cwd'>): boolean {
  return existsSync(stateFolderOf(system));
}

/**
 * Ends the stack and removes what was generated for it, with `volumes` all of `.sutra/`. One that was killed half-way is
 * finished by the next.
 */
export async function destroyStack(system: System, {volumes}: {volumes: boolean}): Promise<Destroyed> {
  const state = stateFolderOf(system);
  const done = await endAndRemove(system, state, volumes);
  // Whoever has taken the lock meanwhile keeps its folder.
  for (const folder of [join(state, lockFolder), state]) await rmdir(folder).catch(() => undefined);
  return done;
}

async function endAndRemove(system: System, state: string, volumes: boolean): Promise<Destroyed> {
  const runtime = await openRuntime(system);
  using _lock = runtime.lock('destroy', {toEnd: true});
  const stopped = await stopStack(system, runtime, system.signal, {volumes});
  if (!volumes) appendIfRoom(stackJournal(system), {kind: 'destroy', entity: 'stack', cause: 'a command asked for it'});
  const done: Destroyed = {stopped, removed: [], kept: []};
  for (const name of (await readdir(state)).toSorted()) {
    if (name === lockFolder) continue;
    const stays = !volumes && keptNames.includes(name);
    if (!stays) await rm(join(state, name), {recursive: true, force: true});
    (stays ? done.kept : done.removed).push(name);
  }
  return done;
}
