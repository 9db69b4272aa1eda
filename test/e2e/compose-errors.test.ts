// needs: docker
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {composeFolder, docker} from '../support/compose-stack.js';
import {leaseOffset} from '../support/ports.js';
import type {StackFolder} from '../support/stack.js';

// What stands in the way of containers: one clear error with its cure each, and nothing half-started.
const project = 'in-the-way';
const offset = await leaseOffset();
const flags = [
  '--edition',
  'community',
  '--model',
  'all-MiniLM-L6-v2-int8',
  '--project',
  project,
  '--port-offset',
  String(offset),
];

let folder: StackFolder;
beforeAll(() => {
  folder = composeFolder(project);
});
afterAll(() => folder[Symbol.asyncDispose]());

const deploy = (env: Record<string, string>, ...more: string[]) => folder.run(['deploy', ...flags, ...more], env);

function expectNothingStarted(): void {
  const filter = `label=dev.sutra.project=${project}`;
  expect(docker(['ps', '--all', '--quiet', '--filter', filter])).toBe('');
  expect(docker(['network', 'ls', '--quiet', '--filter', `name=${project}`])).toBe('');
}

describe('no engine', () => {
  const nowhere = {DOCKER_HOST: 'unix:///nonexistent/docker.sock'};

  test('asked for by name, it is missing', async () => {
    const {exitCode, stderr} = await deploy(nowhere);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is no Docker engine at DOCKER_HOST=unix:///nonexistent/docker.sock');
    expect(stderr).toContain('--runtime process');
  });

  test('not asked for, the services run as processes, and it is said why', async () => {
    const {exitCode, stderr} = await deploy({...nowhere, SUTRA_RUNTIME: 'auto'}, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^Runtime: process \(there is no Docker engine at/m);
  });

  test('one that was killed leaves a socket that nobody answers', async () => {
    const socket = join(folder.path, 'stopped.sock');
    const listenAndDie = 'net.createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
    spawnSync(process.execPath, ['-e', listenAndDie, socket]);
    const {exitCode, stderr} = await deploy({DOCKER_HOST: `unix://${socket}`});
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`the Docker engine at DOCKER_HOST=unix://${socket} is stopped`);
    expect(stderr).toContain('systemctl start docker');
  });
});

test('a Compose from before profiles is refused with what was found and what is needed', async () => {
  const shims = join(folder.path, 'shims');
  mkdirSync(shims);
  writeFileSync(join(shims, 'docker'), '#!/bin/sh\necho 1.28.0\n');
  chmodSync(join(shims, 'docker'), 0o755);
  const {exitCode, stderr} = await deploy({PATH: `${shims}:${process.env.PATH}`});
  expect(exitCode).toBe(3);
  expect(stderr).toContain('docker compose is 1.28.0; 2.20.0 or newer is needed');
});

test('an image that was not built is named before anything starts', async () => {
  const {exitCode, stderr} = await deploy({SUTRA_VERSION: '9.9.9'}, '--no-install');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('images of version 9.9.9 are missing: embedder, cache, load-balancer');
  expect(stderr).toContain('sutra build');
  expectNothingStarted();
});

test('a port that is taken is named with its holder before anything starts', async () => {
  const server = createServer().listen(8_891 + offset, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const {exitCode, stderr} = await deploy({});
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`port ${8_891 + offset}, for ml-base-1, is taken by`);
  } finally {
    server.close();
  }
  expectNothingStarted();
});

test('Ctrl-C while the containers start ends them again', async () => {
  const {child, done} = folder.start(['deploy', ...flags]);
  const containers = () => docker(['ps', '--quiet', '--filter', `label=dev.sutra.project=${project}`]);
  await expect.poll(containers, {timeout: 60_000}).not.toBe('');
  child.kill('SIGINT');
  expect((await done).exitCode).toBe(130);
  expectNothingStarted();
});
