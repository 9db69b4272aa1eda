import {createServer, type Socket} from 'node:net';

export interface LoggingProxy extends AsyncDisposable {
  url: string;
  /** First line of what each connection said; empty for one that said nothing. */
  seen: string[];
  /** Every variable that names a proxy, in both cases, and both ways to have Node itself use them. */
  env: Record<string, string>;
}

/** A proxy that writes down who came and refuses all. */
export async function startLoggingProxy(): Promise<LoggingProxy> {
  const seen: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const at = seen.push('') - 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      seen[at] = bytes.toString('latin1').split('\r\n')[0] ?? '';
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy listens nowhere');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    seen,
    env: {...proxyVariables(url), NODE_USE_ENV_PROXY: '1', NODE_OPTIONS: '--use-env-proxy'},
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function proxyVariables(url: string): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'ftp_proxy'];
  const npm = ['npm_config_proxy', 'npm_config_https_proxy', 'npm_config_http_proxy'];
  const pairs = [...names, ...names.map((name) => name.toUpperCase()), ...npm].map((name) => [name, url]);
  // Neither list has loopback in it: nothing but the program's own care keeps the proxy out.
  return {...Object.fromEntries(pairs), no_proxy: 'nowhere.invalid', NO_PROXY: 'nowhere.invalid'};
}
