import {Agent, type Dispatcher, EnvHttpProxyAgent} from 'undici';
import {proxiesOf} from './proxies.js';

/** How long a transfer may make us wait, in milliseconds. */
export interface HttpDeadlines {
  /** Name resolution, TCP and TLS. Short: behind a firewall that drops packets this is the price of trying. */
  connectMs: number;
  /** From the request to its status line, connecting included. */
  headersMs: number;
  /** Without a byte of the body. */
  stallMs: number;
}

export const downloadDeadlines: HttpDeadlines = {connectMs: 5_000, headersMs: 20_000, stallMs: 30_000};

/** Connections for downloads, and for nothing else: through the proxy the environment names, if any. The caller closes it. */
export function httpAgent(
  env: Readonly<Record<string, string | undefined>>,
  deadlines: HttpDeadlines = downloadDeadlines,
): Dispatcher {
  const options = {
    connect: {timeout: deadlines.connectMs},
    headersTimeout: deadlines.headersMs,
    bodyTimeout: deadlines.stallMs,
    allowH2: false,
  };
  const proxies = proxiesOf(env);
  if (proxies.httpProxy === '' && proxies.httpsProxy === '') return new Agent(options);
  return new EnvHttpProxyAgent({...options, ...proxies});
}
