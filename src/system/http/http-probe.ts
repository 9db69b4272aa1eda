import {relative} from 'node:path';

// An import would load all that Node's client loads when it is needed, which takes 40 ms of every command.
const {get} = process.getBuiltinModule('node:http');

/** `ok`: it answered 200. `refusing`: it answered something else. `silent`: no answer at all. */
export type ProbeOutcome = 'ok' | 'refusing' | 'silent';

export interface Probe {
  probeUrl: string;
  /** UNIX socket on which it is asked. */
  probeSocket?: string;
}

/** One GET on a connection of its own, so that it says what a new client would meet. Never rejects. */
export function probeHttp({probeUrl, probeSocket}: Probe, timeoutMs: number): Promise<ProbeOutcome> {
  // As a process that stands near it would name it: the address of a socket ends at 107 characters, a project's path may not.
  const path = probeSocket === undefined ? {} : {socketPath: relative(process.cwd(), probeSocket)};
  return new Promise((resolve) => {
    const request = get(probeUrl, {...path, agent: false, signal: AbortSignal.timeout(timeoutMs)}, (response) => {
      resolve(response.statusCode === 200 ? 'ok' : 'refusing');
      response.on('error', () => undefined);
      request.destroy();
    });
    request.on('error', () => resolve('silent'));
  });
}
