import {realpathSync} from 'node:fs';
import {resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
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

/** The system of a real command: `signal` is the command's own, `folder` holds the stack, by its one name without links. */
export function nodeSystem(signal: AbortSignal, folder = '.'): System {
  return {env: process.env, cwd: realpathSync(resolve(folder)), clock: realClock, signal};
}
