import {Socket} from 'node:net';

/** Every socket reads into this one: what a chunk holds is dealt with before the next is read. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * The same connection as a socket that reads into a buffer of ours. Node allocates 64 KB for every read of an accepted
 * socket, which is a tenth of the time of a small get; `onread` avoids it, but only a socket that one makes oneself has
 * that option. So the connection's handle moves over. A Node that keeps its handles elsewhere gets the ordinary way.
 */
export function oneBufferSocket(accepted: Socket, onChunk: (chunk: Buffer) => void): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (!canReadInto(handle)) {
    accepted.on('data', onChunk);
    return accepted;
  }
  Reflect.set(accepted, '_handle', null);
  accepted.destroy();
  const onread = {
    buffer,
    callback: (length: number) => {
      onChunk(buffer.subarray(0, length));
      return true;
    },
  };
  return new Socket({handle, onread} as ConstructorParameters<typeof Socket>[0]);
}

function canReadInto(handle: unknown): boolean {
  return typeof handle === 'object' && handle !== null && 'useUserBuffer' in handle;
}
