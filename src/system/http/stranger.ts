import {randomInt} from 'node:crypto';
import {SutraError} from '../../errors.js';
import {pinned} from '../tls/pinned-certificate.js';
import {stackAgent} from './stack-agent.js';
import {certificatesFor} from './stack-credentials.js';

export interface Caller extends AsyncDisposable {
  get(path: string, options: CallOptions): Promise<Answer>;
  ask(path: string, options: CallOptions & {method: 'GET' | 'DELETE'}): Promise<Answer>;
}

interface CallOptions {
  signal: AbortSignal;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

const timeoutMs = 10_000;

/**
 * Somebody who knows nothing of the stack and asks `origin` from an address of this host that nobody else uses (Linux
 * has all of 127/8), so that what is counted by address is counted for nobody else.
 */
export function strangerAt(origin: string): Caller {
  const localAddress = `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
  const certificates = certificatesFor(origin);
  const agent = stackAgent({
    localAddress,
    connections: 1,
    ...(certificates.length === 0 ? {} : {connect: pinned(certificates)}),
  });
  const ask: Caller['ask'] = async (path, {method, signal, headers = {}}) => {
    try {
      const reply = await agent.request({
        origin,
        path,
        method,
        headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await reply.body.dump();
      return {status: reply.statusCode, headers: reply.headers};
    } catch (error) {
      signal.throwIfAborted();
      throw new SutraError('NETWORK', `${method} ${origin}${path} from ${localAddress}: no answer`, {cause: error});
    }
  };
  return {
    ask,
    get: (path, options) => ask(path, {...options, method: 'GET'}),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}
