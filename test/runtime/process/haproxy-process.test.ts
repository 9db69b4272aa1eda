// needs: haproxy
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isPortFree} from '../../../src/system/process/ports.js';
import {eventually, stackUnderTest, supervisorPid} from './stack-under-test.js';

const haproxy = spawnSync('which', ['haproxy'], {
  encoding: 'utf8',
  env: {PATH: `${process.env.PATH}:/usr/sbin`},
}).stdout.trim();

test('a real HAProxy is reloaded under its pid, adopted, and ends with its workers', async () => {
  const {cwd, stack, stateFolder, spec, up, down, pids, processes, port} = await stackUnderTest();
  const config = join(cwd, 'haproxy.cfg');
  const socket = join(stateFolder, 'run', 'admin.sock');
  const write = (answer: string) =>
    writeFileSync(
      config,
      `global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 1s
frontend door
  bind 127.0.0.1:${port + 1}
  http-request return status 200 content-type text/plain string ${answer}
`,
    );
  const door = (digest: string) =>
    spec('door', 1, {
      program: haproxy,
      args: ['-W', '-db', '-f', config],
      stopSignal: 'SIGUSR1',
      reload: {signal: 'SIGUSR2', digest},
    });
  const answer = async () =>
    await (await fetch(`http://127.0.0.1:${port + 1}/`, {headers: {connection: 'close'}})).text();

  write('one');
  await up([door('one')]);
  const before = await pids();
  expect(await answer()).toBe('one');
  write('two');
  await up([door('two')]);
  await eventually(async () => (await answer()) === 'two');
  expect(await pids()).toEqual(before);

  process.kill(await supervisorPid(stack), 'SIGKILL');
  await up([door('two')]);
  expect(await pids()).toEqual(before);

  const master = before.get('door') ?? 0;
  process.kill(master, 'SIGKILL');
  await eventually(async () => {
    const [first] = (await stack.status()).instances;
    return first?.state === 'healthy' && first.pid !== master;
  });
  expect(processes().filter(({leader, env}) => leader && env.SUTRA_INSTANCE === 'door')).toHaveLength(1);

  await down();
  expect(processes()).toEqual([]);
  expect(existsSync(socket)).toBe(false);
  expect(await isPortFree(port + 1)).toBe(true);
  expect(readFileSync(join(stateFolder, 'logs', 'door.log'), 'utf8')).not.toContain('ALERT');
});
