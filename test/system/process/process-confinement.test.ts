import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {expect, it, onTestFinished} from 'vitest';
import {confinementOf} from '../../../src/system/process/process-confinement.js';
import {leasePorts} from '../../support/ports.js';
import {needsRoot} from '../../support/skip.js';

const first = await leasePorts();

async function started(script: string, options: {uid?: number} = {}): Promise<ChildProcess & {pid: number}> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as ChildProcess & {pid: number};
}

const listen = (port: number, host: string) => `require('node:net').createServer().listen(${port}, '${host}')`;

it('every listening address is told, as the kernel has it', async () => {
  const addresses = ['127.0.0.1', '0.0.0.0', '::1', '::'];
  const script = addresses.map((address, index) => listen(first + index, address));
  const {pid} = await started(script.join(';'));
  const listens = () =>
    confinementOf(pid)
      .listens.map(({address, port}) => `${address} ${port}`)
      .sort();
  await expect.poll(listens).toEqual(addresses.map((address, index) => `${address} ${first + index}`).sort());
});

it('what a child may do counts as its parent’s', async () => {
  // A child that ends with its parent, whose end it sees as that of its input.
  const script = `${listen(first + 4, '0.0.0.0')}; process.stdin.on('end', () => process.exit()).resume()`;
  const {pid} = await started(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}])`,
  );
  await expect
    .poll(() => confinementOf(pid).listens, {timeout: 10_000})
    .toEqual([{address: '0.0.0.0', port: first + 4}]);
});

it('root, and the capabilities it holds, are told', async (context) => {
  needsRoot(context);
  const {pid} = await started('setInterval(() => {}, 1000)');
  const {uid, capabilities, noNewPrivileges} = confinementOf(pid);
  expect({uid, noNewPrivileges}).toEqual({uid: 0, noNewPrivileges: false});
  expect(capabilities).toContain('DAC_OVERRIDE');
});

it('another user holds no capability', async (context) => {
  needsRoot(context);
  const {pid} = await started('process.setgid(65534); process.setuid(65534); setInterval(() => {}, 1000)');
  expect(confinementOf(pid)).toMatchObject({uid: 65_534, capabilities: []});
});

it('of a process that is gone nothing is known', () => {
  expect(() => confinementOf(2 ** 22 - 1)).toThrow(expect.objectContaining({code: 'STATE'}));
});
