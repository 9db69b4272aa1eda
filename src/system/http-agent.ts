import {Agent, type Dispatcher, EnvHttpProxyAgent} from 'undici';

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

/** Connections for downloads: through the proxy the environment names, if it names one. The caller closes it. */
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
  const httpProxy = env.http_proxy ?? env.HTTP_PROXY ?? '';
  const httpsProxy = env.https_proxy ?? env.HTTPS_PROXY ?? '';
  if (httpProxy === '' && httpsProxy === '') return new Agent(options);
  return new EnvHttpProxyAgent({...options, httpProxy, httpsProxy, noProxy: env.no_proxy ?? env.NO_PROXY ?? ''});
}
