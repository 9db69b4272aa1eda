import {setTimeout as sleep} from 'node:timers/promises';
import type {Clock, System} from './system.js';

export const realClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal === undefined ? {} : {signal});
  },
};

/** The system of a real command; `signal` is the command's own. */
export function nodeSystem(signal: AbortSignal): System {
  return {env: process.env, cwd: process.cwd(), clock: realClock, signal};
}
