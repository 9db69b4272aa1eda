import {connect, createServer} from 'node:net';
import {SutraError} from '../../errors.js';

const connectTimeoutMs = 1_000;

/**
 * Whether a service could listen on this TCP port of `host`, found out by doing it. For a loopback host both loopback
 * addresses must be free: a stranger on `[::1]` would take the calls that clients send to `localhost`. Throws PERMISSION
 * where the system does not let this user bind the port at all.
 */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  for (const address of addressesOf(host)) {
    if (!(await canBind(port, address))) return false;
    // Some systems let a specific address be bound under a listener on the wildcard; that one would still answer.
    if (await answers(port, address)) return false;
  }
  return true;
}

function addressesOf(host: string): string[] {
  if (['127.0.0.1', '::1', 'localhost'].includes(host)) return ['127.0.0.1', '::1'];
  if (['0.0.0.0', '::'].includes(host)) return ['0.0.0.0', '::'];
  return [host];
}

function canBind(port: number, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      // A machine without IPv6 has no [::1] that anybody could take.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(true);
      else reject(bindError(port, address, error));
    });
    server.listen({port, host: address, exclusive: true}, () => server.close(() => resolve(true)));
  });
}

function answers(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({port, host: address === '::' ? '::1' : address === '0.0.0.0' ? '127.0.0.1' : address});
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(connectTimeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function bindError(port: number, address: string, error: NodeJS.ErrnoException): SutraError {
  const refused = error.code === 'EACCES' || error.code === 'EPERM';
  return new SutraError(refused ? 'PERMISSION' : 'STATE', `cannot listen on ${address}:${port}: ${error.message}`, {
    cure: refused ? 'choose ports above 1023, for instance with --port-offset' : 'check the address',
    cause: error,
  });
}
