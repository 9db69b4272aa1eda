import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import {z} from 'zod';
import type {Stall, StallSchedule} from './stall-truth.js';

const program = fileURLToPath(
  new URL('../../../../dist/experiment/load/selftest/stalling-server-thread.js', import.meta.url),
);
const portMessage = z.object({port: z.number()});
const stallsMessage = z.object({
  originMs: z.number(),
  stalls: z.array(z.object({fromMs: z.number(), untilMs: z.number()})),
});

export interface StallingServer extends AsyncDisposable {
  url: string;
  /** As they were, in milliseconds since the epoch. */
  stalls(): Promise<Stall[]>;
}

/** Starts the server on a free port of loopback, in a thread of its own. */
export async function startStallingServer(schedule: StallSchedule, signal: AbortSignal): Promise<StallingServer> {
  const thread = new Worker(program, {workerData: schedule});
  const next = async () => (await once(thread, 'message', {signal}))[0] as unknown;
  const {port} = portMessage.parse(await next());
  return {
    url: `http://127.0.0.1:${port}/`,
    async stalls() {
      const told = next();
      thread.postMessage('stalls');
      const {stalls, originMs} = stallsMessage.parse(await told);
      return stalls.map(({fromMs, untilMs}) => ({fromMs: fromMs + originMs, untilMs: untilMs + originMs}));
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
}
