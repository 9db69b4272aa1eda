import {lstatSync, realpathSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {folderOrigin} from './folders/folder-mark.js';
import type {Clock, System} from './system.js';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : {signal});
    } catch (error) {
      // Node's own error says only that there was an abort; the reason says why.
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** The system of a real command: `signal` is the command's own, `folder` holds the stack. */
export function nodeSystem(signal: AbortSignal, folder = '.'): System {
  return {env: process.env, cwd: oneNameOf(folder), clock: realClock, signal};
}

/** The one name of a folder: without links, and of the names that a bind mount gives the one the stack was made under. */
function oneNameOf(folder: string): string {
  const cwd = realpathSync(resolve(folder));
  const state = join(cwd, '.sutra');
  if (lstatSync(state, {throwIfNoEntry: false})?.isDirectory() !== true) return cwd;
  const origin = folderOrigin(state);
  return origin.kind === 'alias' ? dirname(origin.from) : cwd;
}
