import {spawn} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {processStack} from '../../../src/runtime/process/process-stack.js';
import {identify} from '../../../src/system/process/process-identity.js';
import {answerOf, eventually, stackUnderTest, supervisorPid} from './stack-under-test.js';

/** The stack of another folder; what is started there ends with the test. */
function stackIn(cwd: string, system: Awaited<ReturnType<typeof stackUnderTest>>['system']) {
  const stack = processStack({...system, cwd}, {stateFolder: join(cwd, '.sutra')});
  onTestFinished(async () => {
    if (existsSync(cwd)) await stack.down(AbortSignal.timeout(25_000));
    rmSync(cwd, {recursive: true, force: true});
  }, 30_000);
  return stack;
}

const end = (stack: {down: (signal: AbortSignal) => Promise<void>}) => stack.down(AbortSignal.timeout(25_000));

test('down in a copy of the folder ends nothing of the original, whatever the copied files name', async () => {
  const {stack, system, cwd, up, spec, pids, port} = await stackUnderTest();
  await up([spec('model-1', 0), spec('door', 1)]);
  const [before, supervisor] = [await pids(), await supervisorPid(stack)];
  const copy = `${cwd}-copy`;
  cpSync(cwd, copy, {recursive: true, preserveTimestamps: true});
  expect(await stackIn(copy, system).status()).toMatchObject({keeper: {state: 'lost'}});
  await end(stackIn(copy, system));
  expect(await supervisorPid(stack)).toBe(supervisor);
  expect(await pids()).toEqual(before);
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toBe(String(before.get('model-1')));
});

test('a copy made without a supervisor, its files as they were, ends nothing of the original either', async () => {
  const {stack, system, cwd, up, spec, pids, processes} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const before = await pids();
  process.kill(await supervisorPid(stack), 'SIGKILL');
  const copy = `${cwd}-copy`;
  cpSync(cwd, copy, {recursive: true, preserveTimestamps: true});
  await end(stackIn(copy, system));
  expect(processes().map(({identity}) => identity.pid)).toEqual([before.get('model-1')]);
});

test('the stack of a folder that was moved ends from its new place, and a new one in the old place does not end it', async () => {
  const {system, cwd, stateFolder, up, spec, pids, port} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const before = await pids();
  const moved = `${cwd}-moved`;
  const there = stackIn(moved, system);
  renameSync(cwd, moved);
  mkdirSync(cwd);
  await end(processStack(system, {stateFolder}));
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toBe(String(before.get('model-1')));
  expect((await there.status()).instances.map(({pid, state}) => [pid, state])).toEqual([
    [before.get('model-1'), 'healthy'],
  ]);
  await end(there);
  await expect(answerOf(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
});

test('a deployment in the new place takes over what runs there', async () => {
  const {system, cwd, up, spec, pids, port} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  const before = await pids();
  const moved = `${cwd}-moved`;
  const there = stackIn(moved, system);
  renameSync(cwd, moved);
  const renewed = spec('model-1', 0, {env: {NOTES: join(moved, 'notes.txt')}});
  const status = await there.reconcile([{...renewed, args: [join(moved, 'service.mjs')]}], {
    signal: AbortSignal.timeout(25_000),
  });
  expect(status.keeper.state).toBe('running');
  expect(status.instances[0]?.pid).not.toBe(before.get('model-1'));
  expect(await answerOf(`http://127.0.0.1:${port}/`)).toBe(String(status.instances[0]?.pid));
});

test('a supervisor’s lock that names a process of somebody else gets it neither ended nor obeyed', async () => {
  const {stack, stateFolder, up, spec, down} = await stackUnderTest();
  await up([spec('model-1', 0)]);
  process.kill(await supervisorPid(stack), 'SIGKILL');
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore', detached: true});
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const path = join(stateFolder, 'run/supervisor.lock');
  const lock = {...JSON.parse(readFileSync(path, 'utf8')), ...identify(stranger.pid ?? 0)};
  writeFileSync(path, JSON.stringify(lock));
  expect((await stack.status()).keeper.state).toBe('lost');
  expect((await up([spec('model-1', 0)])).keeper.pid).not.toBe(stranger.pid);
  writeFileSync(path, JSON.stringify(lock));
  await down();
  await eventually(() => !existsSync(join(stateFolder, 'run')));
  expect(stranger).toMatchObject({exitCode: null, signalCode: null});
});
