import {fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import type {FloodTarget} from './flood-connection.js';
import type {floodKinds} from './flood-kinds.js';

export interface Flood extends AsyncDisposable {
  /** Connections opened so far, and those of them that failed or were refused. */
  counts(): {opened: number; failed: number};
}

const child = fileURLToPath(new URL('flood-child.ts', import.meta.url));

/** Starts a flood in a process of its own. `command` runs it elsewhere, in another network namespace for one. */
export async function startFlood(
  kind: keyof typeof floodKinds,
  target: FloodTarget,
  command: string[] = [],
): Promise<Flood> {
  const [program = process.execPath, ...before] = [...command, process.execPath];
  const running = fork(child, [String(kind), JSON.stringify(target)], {
    execPath: program,
    execArgv: [...before, '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let counts = {opened: 0, failed: 0};
  running.on('message', (message) => {
    counts = message as typeof counts;
  });
  await Promise.race([
    once(running, 'message'),
    once(running, 'exit').then(() => Promise.reject(new Error(`the flood ${kind} did not start`))),
  ]);
  return {
    counts: () => counts,
    async [Symbol.asyncDispose]() {
      if (running.exitCode !== null || running.signalCode !== null)
        throw new Error(`the flood ${kind} ended by itself`);
      running.kill('SIGTERM');
      await once(running, 'exit');
    },
  };
}
