// needs: haproxy
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LiveReport} from '../../src/stack/live-report.js';
import {leaseOffset, offsetFlags} from '../support/ports.js';
import {deployStack, type Stack, type StackFolder, stackFolder} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';
import {embed} from './embed-call.js';

// The folder a stack lives in: copied, reached by a link, brought along by a repository, or without its session.
const flags = [
  ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8'],
  ...['--project', 'folder', ...(await offsetFlags())],
];
const sessionFolder = mkdtempSync(join(tmpdir(), 'sutra-session-'));

let stack: Stack;
beforeAll(async () => {
  stack = await deployStack([...flags, '--replicas', '2'], {XDG_RUNTIME_DIR: sessionFolder});
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  rmSync(sessionFolder, {recursive: true, force: true});
});

const report = async (folder: StackFolder = stack) => (await folder.run(['status', '--json'])).json as LiveReport;
const pidsOf = ({services}: LiveReport) => Object.fromEntries(services.map(({name, pid}) => [name, pid]));

describe('a copy of the folder', () => {
  let copy: StackFolder;
  beforeAll(() => {
    copy = stackFolder();
    execFileSync('cp', ['-a', `${stack.path}/.`, copy.path]);
  });
  afterAll(() => copy[Symbol.asyncDispose]());

  test('a command for the stack says of what this is a copy, and touches nothing', async () => {
    const before = pidsOf(await report());
    const commands = [['stop'], ['stop', 'ml-base-1'], ['status'], ['scale', '3'], ['cache', 'clear'], ['validate']];
    for (const args of commands) {
      const {exitCode, stderr} = await copy.run(args);
      expect(stderr).toContain(`${copy.path} is a copy of ${stack.path}; its stack runs from ${stack.path}`);
      expect(exitCode).toBe(7);
    }
    expect(pidsOf(await report())).toEqual(before);
  });

  test('deploy is a new stack there: the ports clash by name, and with an offset it runs beside the original', async () => {
    const before = pidsOf(await report());
    const clash = await copy.run(['deploy', ...flags]);
    expect(clash.exitCode).toBe(5);
    expect(clash.stderr).toContain(`of the sutra stack "folder" in ${stack.path}`);
    const offset = await leaseOffset();
    const simple = [
      '--topology',
      'direct',
      '--model',
      'all-MiniLM-L6-v2-int8',
      '--project',
      'b',
      '--port-offset',
      String(offset),
    ];
    const beside = await copy.run(['deploy', '--json', ...simple]);
    expect(beside.exitCode).toBe(0);
    expect((await copy.run(['destroy', '--yes', '--volumes'])).exitCode).toBe(0);
    expect(existsSync(join(copy.path, '.sutra'))).toBe(false);
    expect(await leftovers(copy, [8_888 + offset])).toEqual([]);
    expect(pidsOf(await report())).toEqual(before);
  });
});

test('a link to the folder leads to the same stack', async () => {
  await using other = stackFolder();
  symlinkSync(stack.path, join(other.path, 'link'));
  const {json} = await other.run(['status', '--json', '--folder', 'link']);
  expect(pidsOf(json as LiveReport)).toEqual(pidsOf(await report()));
});

test('HAProxy comes back after the session it was deployed in has gone with all its files', async () => {
  rmSync(sessionFolder, {recursive: true, force: true});
  const now = async () => (await report()).services.find(({name}) => name === 'ml-base-lb');
  const balancer = await now();
  if (balancer?.pid == null) throw new Error('there is no load balancer');
  process.kill(balancer.pid, 'SIGKILL');
  await expect
    .poll(
      async () => {
        const found = await now();
        return found?.state === 'healthy' && found.pid !== balancer.pid;
      },
      {timeout: 30_000, interval: 200},
    )
    .toBe(true);
  await embed(stack.report.urls.api, {texts: ['it is back']});
});

test('a command of another session changes the same load balancer, and stop leaves nothing', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'sutra-session-'));
  const env = {XDG_RUNTIME_DIR: elsewhere, TMPDIR: elsewhere};
  const balancer = pidsOf(await report())['ml-base-lb'];
  const {exitCode, json} = await stack.run(['deploy', ...flags, '--replicas', '1', '--json'], env);
  expect(exitCode).toBe(0);
  expect(pidsOf(json as LiveReport)['ml-base-lb']).toBe(balancer);
  expect((await stack.run(['stop'], env)).exitCode).toBe(0);
  expect(await leftovers(stack, portsOf(stack.report))).toEqual([]);
  expect(readdirSync(elsewhere)).toEqual([]);
  rmSync(elsewhere, {recursive: true});
});

describe('a .sutra that sutra did not make', () => {
  test('every command through a link is refused, and the target keeps all it has', async () => {
    await using folder = stackFolder();
    const target = join(folder.path, 'target');
    mkdirSync(join(target, 'data'), {recursive: true});
    for (const name of ['thesis.txt', 'data/results', 'plan.json']) writeFileSync(join(target, name), 'precious');
    symlinkSync(target, join(folder.path, '.sutra'));
    const destroy = ['destroy', '--yes', '--volumes'];
    for (const args of [destroy, ['deploy', ...flags], ['generate', ...flags], ['logs'], ['backup'], ['stop']]) {
      const {exitCode, stderr} = await folder.run(args);
      expect(stderr).toContain(`${join(folder.path, '.sutra')} is a symbolic link to ${target}`);
      expect(exitCode).toBe(7);
    }
    const kept = ['data', 'data/results', 'plan.json', 'thesis.txt'];
    expect(readdirSync(target, {recursive: true}).toSorted()).toEqual(kept);
  });

  test('destroy removes nothing of a folder in which nothing tells of a stack', async () => {
    await using folder = stackFolder();
    mkdirSync(join(folder.path, '.sutra', 'data'), {recursive: true});
    writeFileSync(join(folder.path, '.sutra', 'data', 'results'), 'precious');
    const {exitCode, stderr} = await folder.run(['destroy', '--yes', '--volumes']);
    expect(exitCode).toBe(7);
    expect(stderr).toContain('was not made by sutra: it holds data');
    expect(existsSync(join(folder.path, '.sutra', 'data', 'results'))).toBe(true);
  });

  test('destroy leaves what others have put beside the files of a stack, and says so', async () => {
    await using folder = stackFolder();
    expect((await folder.run(['generate', ...flags])).exitCode).toBe(0);
    writeFileSync(join(folder.path, '.sutra', 'notes.txt'), 'mine');
    const {json} = await folder.run(['destroy', '--yes', '--volumes', '--json']);
    expect(json).toMatchObject({removed: ['haproxy', 'logs'], kept: ['notes.txt', 'stack-folder.json']});
    expect((await folder.run(['generate', ...flags])).exitCode).toBe(0);
  });
});
