import {connect as connectTcp, isIP, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import {SutraError} from '../../errors.js';
import {pinned} from '../tls/pinned-certificate.js';
import {connectionErrorCode, connectionReason, isTlsCode, ownAuthorityCure} from './connection-error.js';
import {certificatesFor} from './stack-credentials.js';

export interface Reached {
  /** That answered: of those its name has, so that nobody need ask again. */
  address: string;
  port: number;
  tls: boolean;
  /** Null where the URL has an address instead of a name. */
  serverName: string | null;
  /** Of the command's own stack, trusted there alone; empty: those the system trusts. */
  certificates: string[];
}

/** Opens one connection to where a URL points, TLS included, and closes it. Throws NETWORK with what stood in the way. */
export async function reach(url: URL, timeoutMs: number, signal: AbortSignal): Promise<Reached> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = url.protocol === 'https:';
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  const serverName = isIP(host) === 0 ? host : null;
  const options = {host, port, autoSelectFamily: true};
  const certificates = tls ? certificatesFor(url.href) : [];
  const trust = certificates.length === 0 ? {} : pinned(certificates);
  const socket = tls
    ? connectTls({
        ...options,
        ...trust,
        ...(serverName === null ? {} : {servername: serverName}),
        ALPNProtocols: ['http/1.1'],
      })
    : connectTcp(options);
  try {
    await opened(socket, tls ? 'secureConnect' : 'connect', AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    return {address: socket.remoteAddress ?? host, port, tls, serverName, certificates};
  } catch (error) {
    signal.throwIfAborted();
    throw new SutraError('NETWORK', `${url.origin} cannot be reached: ${reasonOf(error, timeoutMs)}`, {
      cure: cureOf(connectionErrorCode(error)),
      cause: error,
    });
  } finally {
    socket.destroy();
  }
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
    socket.once(event, () => resolve());
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (connectionErrorCode(error) === 'TimeoutError') return `no connection in ${timeoutMs / 1_000} s`;
  return connectionReason(error);
}

function cureOf(code: string): string {
  if (isTlsCode(code)) return `${ownAuthorityCure}; no TLS there: http://`;
  return code === 'ENOTFOUND' ? 'check the host name' : 'sutra status shows whether a stack runs here';
}
