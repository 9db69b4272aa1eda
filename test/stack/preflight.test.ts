import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {refuseTakenPorts} from '../../src/stack/preflight.js';
import {planOf} from '../support/plans.js';

/** A connection from a port that the system chose. */
async function outgoing(): Promise<Socket> {
  const server = createServer((socket) => socket.on('data', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = connect({port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1'});
  await once(client, 'connect');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return client;
}

const refusal = async (port: number) => {
  const plan = {...planOf(), ports: [{port, owner: 'storage-cache-shard'}]};
  return await refuseTakenPorts({cwd: '/nowhere'}, plan, null).catch((error: Error) => error);
};

test('a port that a connection goes out from is taken, and for a minute after its end', async () => {
  const client = await outgoing();
  const port = client.localPort ?? 0;
  expect(await refusal(port)).toMatchObject({
    message: `port ${port}, for storage-cache-shard, is taken by a connection to elsewhere`,
    cures: [expect.stringContaining('stop what holds it'), expect.stringContaining('--port-offset')],
  });
  client.end();
  await once(client, 'close');
  expect(await refusal(port)).toMatchObject({
    message: expect.stringContaining('is taken by a connection that has ended and keeps it for up to a minute'),
    cures: ['the same command in a minute', expect.stringContaining('--port-offset')],
  });
});
