import {connect as connectTcp, isIP, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import {SutraError} from '../errors.js';
import {pinned} from './pinned-certificate.js';
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
      cure: cureOf(codeOf(error)),
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

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host (DNS)',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  const code = codeOf(error);
  if (code === 'TimeoutError') return `no connection in ${timeoutMs / 1_000} s`;
  if (isTls(code)) return `TLS: ${tlsReason(error)}`;
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/** OpenSSL's own message holds addresses and source files. */
function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

function cureOf(code: string): string {
  if (isTls(code)) return 'a certificate of your own authority: NODE_EXTRA_CA_CERTS=FILE; no TLS there: http://';
  return code === 'ENOTFOUND' ? 'look at the name' : 'sutra status shows whether a stack runs here';
}

function isTls(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|CERT_|UNABLE_TO_)/.test(code);
}

/** Of an error, or of the first of those it gathers (one a tried address). */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
