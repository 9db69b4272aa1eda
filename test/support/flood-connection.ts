import {connect as connectTcp, type Socket} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';

export interface FloodTarget {
  host: string;
  port: number;
  /** TLS is spoken, whatever the certificate. */
  tls: boolean;
  /** Source of the connections; undefined: the system's choice. */
  localAddress: string | undefined;
}

const openTimeoutMs = 5_000;

export function openTcp(target: FloodTarget, signal: AbortSignal): Promise<Socket & Disposable> {
  const {host, port, localAddress} = target;
  const source = localAddress === undefined ? {} : {localAddress};
  return opened(connectTcp({host, port, noDelay: true, ...source}), 'connect', signal);
}

/** TLS where the target speaks it, else plain TCP. */
export async function openTls(
  target: FloodTarget,
  signal: AbortSignal,
  protocols: string[] = ['http/1.1'],
): Promise<Socket & Disposable> {
  const socket = await openTcp(target, signal);
  if (!target.tls) return socket;
  // Anybody's certificate will do: what is sent is rubbish.
  const secure: TLSSocket = connectTls({socket, rejectUnauthorized: false, ALPNProtocols: protocols});
  return opened(secure, 'secureConnect', signal);
}

/** Resolves when the other side has closed it, or after a while. */
export function closed(socket: Socket | undefined, signal: AbortSignal, afterMs = 600_000): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.destroyed) return resolve();
    const timer = setTimeout(resolve, afterMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.once('close', end);
    socket.once('end', end);
    signal.addEventListener('abort', end, {once: true});
    socket.resume();
  });
}

function opened<T extends Socket>(socket: T, event: string, signal: AbortSignal): Promise<T & Disposable> {
  const disposable = Object.assign(socket, {[Symbol.dispose]: () => void socket.destroy()});
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      socket.destroy();
      reject(error ?? new Error('closed while it was opened'));
    };
    // `setTimeout` of the socket counts from its last byte; this one from the start.
    const timer = setTimeout(fail, openTimeoutMs);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(disposable);
    });
    socket.on('error', fail);
    socket.once('close', () => {
      clearTimeout(timer);
      fail();
    });
    if (signal.aborted) fail();
    else signal.addEventListener('abort', () => fail(), {once: true});
  });
}
