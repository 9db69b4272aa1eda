import {connect, type Socket, type TcpNetConnectOpts} from 'node:net';

/** One connection to a cache that is measured. Replies come in the order of the requests. */
export interface CacheClient {
  /** Asks for `keys` (32 bytes each) in requests of `perRequest`, all in one write; `done` when all are answered. */
  ask(keys: readonly Buffer[], perRequest: number, done: (hits: number) => void): void;
  put(keys: readonly Buffer[], value: Buffer): Promise<void>;
  close(): void;
}

/** A socket that reads into one buffer of its own, the least that Node can do for a read. */
export function openSocket(port: number, onBytes: (chunk: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.allocUnsafeSlow(256 * 1024);
    const onread = {
      buffer,
      callback: (length: number) => {
        onBytes(buffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect({port, host: '127.0.0.1', noDelay: true, onread} as TcpNetConnectOpts);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** What both clients do with a value that came: keep a copy. */
export function keep(bytes: Buffer, from: number, to: number): Buffer {
  const value = Buffer.allocUnsafe(to - from);
  bytes.copy(value, 0, from, to);
  return value;
}
