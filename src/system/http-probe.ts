import {get} from 'node:http';

/** `ok`: it answered 200. `refusing`: it answered something else. `silent`: no answer at all. */
export type ProbeOutcome = 'ok' | 'refusing' | 'silent';

/** One GET on a connection of its own, so that it says what a new client would meet. Never rejects. */
export function probeHttp(url: string, timeoutMs: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const request = get(url, {agent: false, signal: AbortSignal.timeout(timeoutMs)}, (response) => {
      resolve(response.statusCode === 200 ? 'ok' : 'refusing');
      response.on('error', () => undefined);
      request.destroy();
    });
    request.on('error', () => resolve('silent'));
  });
}
