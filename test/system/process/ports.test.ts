import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type Server} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {ownerText, portOwner} from '../../../src/system/process/port-owner.js';
import {isPortFree} from '../../../src/system/process/ports.js';
import {leasePorts} from '../../support/ports.js';

const first = await leasePorts();

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen({port, host});
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

test('a port is free until somebody listens, on whichever address that takes it', async () => {
  expect(await isPortFree(first)).toBe(true);
  for (const host of ['127.0.0.1', '0.0.0.0', '::', '::1']) {
    const server = await listen(first, host);
    expect([host, await isPortFree(first)]).toEqual([host, false]);
    server.close();
    await once(server, 'close');
  }
  expect(await isPortFree(first)).toBe(true);
});

test('a listener on another address leaves loopback free and takes the wildcard', async () => {
  await listen(first + 1, '127.0.0.2');
  expect(await isPortFree(first + 1, '127.0.0.1')).toBe(true);
  expect(await isPortFree(first + 1, '0.0.0.0')).toBe(false);
});

test('the owner of a port is named by pid and command', async () => {
  expect(portOwner(first + 2)).toBeNull();
  const child = spawn(process.execPath, ['-e', serve(first + 2)], {stdio: ['ignore', 'pipe', 'inherit']});
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const owner = portOwner(first + 2);
  expect(owner).toMatchObject({pid: child.pid, project: null, stackFolder: null});
  expect(owner?.command).toContain('node');
  if (owner !== null) expect(ownerText(owner)).toBe(`node (pid ${child.pid})`);
});

test('a service of another stack is named by its stack', async () => {
  const env = {SUTRA_PROJECT: 'b', SUTRA_INSTANCE: 'ml-base-lb', SUTRA_STACK: '/srv/b/.sutra'};
  const child = spawn(process.execPath, ['-e', serve(first + 3)], {stdio: ['ignore', 'pipe', 'inherit'], env});
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const owner = portOwner(first + 3);
  expect(owner).not.toBeNull();
  if (owner === null) return;
  expect(ownerText(owner)).toBe(`node (pid ${child.pid}), ml-base-lb of the sutra stack "b" in /srv/b`);
});

function serve(port: number): string {
  return `require('node:net').createServer().listen(${port}, '::', () => console.log('listening'))`;
}
