import {createServer, type ServerResponse} from 'node:http';

export interface HoldingServer {
  /** From now on no POST is answered. */
  hold(): void;
  /** Answers what it holds, and from now on everything at once. */
  release(): void;
  close(): void;
}

/** Answers anything but a POST at once, and a POST when it is told to. */
export function startHoldingServer(port: number): Promise<HoldingServer> {
  const held: ServerResponse[] = [];
  let holding = false;
  const server = createServer((request, response) => {
    request.resume();
    if (holding && request.method === 'POST') held.push(response);
    else response.end('{}');
  });
  const hold = () => {
    holding = true;
  };
  const release = () => {
    holding = false;
    for (const response of held.splice(0)) response.end('{}');
  };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({hold, release, close})));
}
