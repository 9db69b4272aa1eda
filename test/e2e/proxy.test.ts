// needs: haproxy
import {mkdir, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {addressOf, close, listen} from '../support/hub-server.js';
import {type LoggingProxy, startLoggingProxy} from '../support/logging-proxy.js';
import {offsetFlags} from '../support/ports.js';
import {type Run, type StackFolder, stackFolder} from '../support/stack.js';

// One stack with a load balancer, a cache and an API key, and every command that talks to it, in the order of its life.
const place = ['--edition', 'community', '--project', 'proxied', ...(await offsetFlags())];
const stack = ['--model', 'all-MiniLM-L6-v2-int8', ...place, '--replicas', '1'];
const commands: [command: string, args: string[]][] = [
  ['deploy', [...stack, '--rate-limit', '100000']],
  ['status', []],
  ['validate', ['--phases', '0,1,2']],
  ['validate', ['--security']],
  ['bench', ['--rate', '20', '--duration', '1s', '--warmup', '0s']],
  [
    'bench find-capacity',
    ['--start', '5', '--highest', '5', '--duration', '1s', '--warmup', '0s', '--threshold', 'p99<5s'],
  ],
  ['cache stats', []],
  ['cache warm', ['texts.txt']],
  ['cache verify', []],
  ['backup', ['vectors.backup']],
  ['restore', ['vectors.backup']],
  ['cache clear', []],
  ['scale', ['2']],
  ['rollback', []],
  ['diff', place],
  ['generate', ['--folder', 'generated', ...place]],
  ['migrate', ['--check']],
  ['token create', []],
  ['doctor', []],
  ['logs', ['--tail', '2']],
  ['stop', []],
  ['destroy', ['--yes', '--volumes']],
];

let proxy: LoggingProxy;
let folder: StackFolder;
/** An address that only the audit of npm packages asks for: that is not meant for the stack. */
const registry = 'registry.invalid';
const env = () => ({
  ...proxy.env,
  SUTRA_API_KEY: 'a-key-that-no-proxy-may-see',
  npm_config_registry: `https://${registry}`,
});

beforeAll(async () => {
  proxy = await startLoggingProxy();
  folder = stackFolder();
  await mkdir(join(folder.path, 'generated'));
  await writeFile(join(folder.path, 'texts.txt'), 'one text\nanother text\n');
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
});

test.each(commands)('%s says nothing to a proxy', async (command, args) => {
  const before = proxy.seen.length;
  const run = await folder.run([...command.split(' '), ...args, '--json'], env());
  // A verdict of the checks is beside the point here; a command that failed has talked to nobody.
  expect(run, output(run)).toMatchObject({exitCode: expect.toBeOneOf([0, 10, 11])});
  expect(proxy.seen.slice(before).filter((line) => !line.startsWith(`CONNECT ${registry}:443`))).toEqual([]);
});

test('a Docker engine named by DOCKER_HOST is asked directly', async () => {
  const asked: string[] = [];
  const engine = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{"Version":"28.0.0"}');
  });
  await listen(engine);
  const before = proxy.seen.length;
  await folder.run(['doctor', '--json'], {...env(), DOCKER_HOST: addressOf(engine).replace('http', 'tcp')});
  await close(engine);
  expect(asked).toContain('/version');
  expect(proxy.seen.slice(before)).toEqual([]);
});

test('a download does go through the proxy', async () => {
  const before = proxy.seen.length;
  const run = await folder.run(['model', 'pull', 'all-MiniLM-L6-v2-int8', '--json'], {
    ...env(),
    SUTRA_MODEL_STORE: join(folder.path, 'models'),
    HF_ENDPOINT: 'http://hub.invalid',
  });
  expect(run.exitCode).toBe(4);
  const seen = proxy.seen.slice(before);
  expect(seen).toContainEqual(expect.stringMatching(/^(GET|CONNECT) .*hub\.invalid/));
  expect(seen).toContainEqual(expect.stringMatching(/^CONNECT registry\.invalid:443/));
});

function output({stdout, stderr}: Run): string {
  return `${stdout}\n${stderr}`;
}
