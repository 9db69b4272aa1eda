import {createServer as createHttp} from 'node:http';
import {createServer, type Server, type Socket} from 'node:net';
import {createServer as createTls} from 'node:tls';

export interface LoadTargetServer extends AsyncDisposable {
  url: string;
}

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

/** Servers that misbehave, each in one way, by what they do with a request. */
export const misbehaviours = {
  'status-500': (socket: Socket) => socket.write('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n'),
  'connection-closed': (socket: Socket) => socket.end(),
  'connection-reset': (socket: Socket) => socket.resetAndDestroy(),
  timeout: () => undefined,
  'cut-short': (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf'),
  'bad-answer': (socket: Socket) => socket.write('this is no HTTP\r\n\r\n'),
} satisfies Record<string, (socket: Socket) => unknown>;

/** Does the same with every request. */
export function misbehavingServer(port: number, does: (socket: Socket) => unknown): Promise<LoadTargetServer> {
  return listening(
    createServer((socket) => socket.on('data', () => does(socket)).on('error', () => socket.destroy())),
    port,
  );
}

/** Answers at once, as fast as Node can, and tells each time. Requests must fit in one packet. */
export function fastServer(port: number, onAnswer: () => void = () => undefined): Promise<LoadTargetServer> {
  return misbehavingServer(port, (socket) => {
    socket.write(answer);
    onAnswer();
  });
}

/** One request at a time, each so long: its capacity is 1000 / serviceMs a second. */
export function oneAtATimeServer(port: number, serviceMs: number): Promise<LoadTargetServer> {
  let free = 0;
  const server = createHttp((request, response) => {
    request.resume();
    free = Math.max(free, performance.now()) + serviceMs;
    setTimeout(() => response.end('{}'), free - performance.now());
  });
  return listening(server, port);
}

/** The same over TLS, as localhost. */
export async function tlsServer(port: number, certificate: {key: string; cert: string}): Promise<LoadTargetServer> {
  const server = createTls(certificate, (socket) => {
    socket.on('data', () => socket.write(answer)).on('error', () => socket.destroy());
  });
  return {...(await listening(server, port)), url: `https://localhost:${port}/`};
}

function listening(server: Server, port: number): Promise<LoadTargetServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: close}));
  });
}
