import {createServer, type Socket} from 'node:net';

export interface NonsenseServer extends AsyncDisposable {
  url: string;
  port: number;
  connections: number;
}

/** What stands where a service should be, and does this with every connection. */
export const nonsense = {
  'closes at once': (socket) => void socket.destroy(),
  'answers 200 and closes': (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n'),
  'answers the request with 200 and closes': (socket) =>
    void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
  'answers a page': (socket) =>
    void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>')),
  'speaks no HTTP': (socket) => void socket.write(Buffer.from([0, 1, 2, 3])),
} satisfies Record<string, (socket: Socket) => void>;

/** Counts who comes. */
export async function startNonsense(does: (socket: Socket) => void, port = 0): Promise<NonsenseServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    found.connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    does(socket);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens nowhere');
  const found: NonsenseServer = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    connections: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  return found;
}
