import {connect} from 'node:net';

/** Bytes sent as they are, and what comes back until the other side closes or `quietMs` pass without a byte. */
export async function rawRequest(url: string, bytes: string | Buffer, quietMs = 2_000): Promise<string> {
  const {hostname, port} = new URL(url);
  const socket = connect({host: hostname, port: Number(port)});
  const {promise, resolve} = Promise.withResolvers<string>();
  let received = '';
  socket.setTimeout(quietMs, () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  socket.write(bytes);
  return await promise;
}
