import {once} from 'node:events';
import {connect, createServer, type Socket} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {refuseTakenPorts, refuseUnlessFree} from '../../src/stack/preflight.js';
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

/** Time passes as fast as it is waited for. */
function quickSystem() {
  let nowMs = 0;
  const sleep = (milliseconds: number) => {
    nowMs += milliseconds;
    return Promise.resolve();
  };
  return {cwd: '/nowhere', clock: {nowMs: () => nowMs, sleep}, signal: new AbortController().signal};
}

const refusal = async (port: number, said: string[] = []) => {
  const plan = {...planOf(), ports: [{port, owner: 'storage-cache-shard'}]};
  const refused = refuseTakenPorts(quickSystem(), plan, null, (text) => said.push(text));
  return await refused.catch((error: Error) => error);
};

test('a port that a connection goes out from is taken, and for a minute after its end', async () => {
  const client = await outgoing();
  const port = client.localPort ?? 0;
  expect(await refusal(port)).toMatchObject({
    message: `port ${port}, for storage-cache-shard, is taken by a connection to elsewhere`,
    cures: [expect.stringContaining('stop the program that uses it'), expect.stringContaining('--port-offset')],
  });
  client.end();
  await once(client, 'close');
  const said: string[] = [];
  expect(await refusal(port, said)).toMatchObject({
    message: expect.stringContaining('is taken by a connection that has ended and keeps it for up to a minute'),
    cures: ['run the same command again in a minute', expect.stringContaining('--port-offset')],
  });
  const holder = 'a connection that has ended and keeps it for up to a minute';
  expect(said).toEqual([`waiting: port ${port}, for storage-cache-shard, is taken by ${holder}`]);
});

test('a port whose connection has ended is waited for', async () => {
  const taken = {port: 50_052, wantedFor: 'storage-cache-shard'};
  const ended = {...taken, holder: 'a connection that has ended and keeps it for up to a minute', passes: true};
  const looks = [[ended], [ended], []];
  const system = quickSystem();
  await refuseUnlessFree(
    async () => looks.shift() ?? [ended],
    system,
    () => undefined,
  );
  expect(looks).toEqual([]);
  expect(system.clock.nowMs()).toBeLessThan(60_000);
});

test('one whose holder stays is not', async () => {
  const system = quickSystem();
  const look = async () => [{port: 8888, wantedFor: 'ml-base-lb', holder: 'nginx (pid 7)', passes: false}];
  await expect(refuseUnlessFree(look, system, () => undefined)).rejects.toMatchObject({code: 'PORT_TAKEN'});
  expect(system.clock.nowMs()).toBe(0);
});
