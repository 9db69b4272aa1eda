// needs: root
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {sutraHere} from '../support/cli-here.js';
import {needsRoot} from '../support/skip.js';
import {type SmallDisk, smallDisk} from '../support/small-disk.js';

// A small disk is mounted.
beforeEach(needsRoot);

const server = createServer((request, response) => {
  request.resume();
  response.end('{}');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => void server.close());

const bench = ({path}: SmallDisk, ...args: string[]) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const load = ['--url', url, '--rate', '20', '--duration', '1s', '--warmup', '0s'];
  return sutraHere(['bench', ...load, '--folder', path, '--html', join(path, 'page.html'), ...args]);
};

it('bench shows what it measured, although its page cannot be written', {timeout: 60_000}, async () => {
  using disk = smallDisk();
  disk.leaveFree(0);
  const error = `no space left to write ${disk.path}/page.html`;
  const {exitCode, stdout, stderr} = await bench(disk);
  expect(stdout).toMatch(/^errors<1% +0 %/m);
  expect(stderr).toMatch(new RegExp(`^Error: ${error}`, 'm'));
  expect(exitCode).toBe(8);

  const json = await bench(disk, '--json');
  expect(json.stderr).toMatch(/^errors<1% +0 %/m);
  expect(JSON.parse(json.stdout)).toMatchObject({error: {code: 'NO_SPACE', message: expect.stringContaining(error)}});
  expect(json.exitCode).toBe(8);
});

it('deploy is refused before it starts anything', {timeout: 60_000}, async () => {
  using disk = smallDisk();
  disk.leaveFree(0);
  const args = ['deploy', '--edition', 'simple', '--port-offset', '13000', '--folder', disk.path];
  const {exitCode, stderr} = await sutraHere(args, {env: {SUTRA_RUNTIME: 'process'}});
  expect(stderr).toMatch(new RegExp(`^Error: no space left to write ${disk.path}/\\.sutra/`, 'm'));
  expect(stderr).not.toContain('Start the services');
  expect(exitCode).toBe(8);
});
