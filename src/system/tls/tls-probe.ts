import {connect as connectPlain, type Socket} from 'node:net';
import {type ConnectionOptions, connect} from 'node:tls';
import {SutraError} from '../../errors.js';
import {pinned} from './pinned-certificate.js';

interface Target {
  port: number;
  signal: AbortSignal;
  /** Of the whole, in milliseconds. */
  timeoutMs?: number;
}

const defaultTimeoutMs = 5_000;
const host = '127.0.0.1';
/** `HTTP/1.1 200` */
const statusLineBytes = 12;

/** The protocol agreed on with the server that has exactly this certificate; null, and why, where there is none. */
export async function tlsHandshake({
  certificates,
  ...target
}: Target & {certificates: string[]}): Promise<{protocol: string | null; reason: string}> {
  return await shake(target, pinned(certificates));
}

/** Whether the server takes TLS 1.1. Throws STATE where this machine cannot even offer it. */
export async function oldTls(target: Target): Promise<'accepted' | 'refused'> {
  const options = {minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0'} as const;
  const {protocol, reason} = await shake(target, {...options, rejectUnauthorized: false});
  if (protocol !== null) return 'accepted';
  // The server's own word, not that our library has no such protocol.
  if (/alert|reset|closed/i.test(reason)) return 'refused';
  throw new SutraError('STATE', `cannot tell whether TLS 1.1 is refused: ${reason}`);
}

/** Whether a request without TLS gets an answer that is not a refusal. */
export function plainHttp({port, signal, timeoutMs = defaultTimeoutMs}: Target): Promise<'answered' | 'refused'> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain({port, host});
    let text = '';
    const settle = () => {
      resolve(/^HTTP\/1\.[01] [1-3]/.test(text) ? 'answered' : 'refused');
      socket.destroy();
    };
    socket.on('connect', () => socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length >= statusLineBytes) settle();
    });
    socket.on('close', settle);
    endAfter(socket, timeoutMs, settle);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(silent(port, error));
      else settle();
    });
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  });
}

function shake(
  {port, signal, timeoutMs = defaultTimeoutMs}: Target,
  options: ConnectionOptions,
): Promise<{protocol: string | null; reason: string}> {
  return new Promise((resolve, reject) => {
    const socket = connect({port, host, ...options});
    const settle = (protocol: string | null, reason: string) => {
      resolve({protocol, reason});
      socket.destroy();
    };
    socket.once('secureConnect', () => settle(socket.getProtocol(), ''));
    socket.once('close', () => settle(null, 'closed'));
    endAfter(socket, timeoutMs, () => settle(null, `nothing within ${timeoutMs} ms`));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(silent(port, error));
      else settle(null, `${error.message} ${error.code ?? ''}`.trim());
    });
    signal.addEventListener('abort', () => reject(signal.reason), {once: true});
  });
}

/** A deadline for the whole: a server that sends a byte now and then must not put it off. */
function endAfter(socket: Socket, timeoutMs: number, late: () => void): void {
  const timer = setTimeout(late, timeoutMs);
  socket.once('close', () => clearTimeout(timer));
}

function silent(port: number, cause: Error): SutraError {
  return new SutraError('NETWORK', `nothing listens on port ${port}`, {cause});
}
