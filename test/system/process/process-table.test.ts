import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {acquireLock, livingHolder} from '../../../src/system/files/lock-file.js';
import {identify, isAlive, signalGroup, signalProcess} from '../../../src/system/process/process-identity.js';
import {processesWith} from '../../../src/system/process/process-table.js';

/** For a signal to arrive, if one was sent. */
const signalMs = 300;

async function sleeper(env: Record<string, string> = {}): Promise<ChildProcess & {pid: number}> {
  const script = 'console.log(1); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', script], {stdio: ['ignore', 'pipe', 'ignore'], detached: true, env});
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('not started');
  return Object.assign(child, {pid: child.pid});
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sutra-lock-'));
  onTestFinished(() => rm(path, {recursive: true, force: true}));
  return path;
}

test('a process is known by pid and start time, and is alive until it has ended', async () => {
  const child = await sleeper();
  const identity = identify(child.pid);
  expect(identity).toEqual(identify(child.pid));
  expect(identity?.startKey).not.toBe(identify(process.pid)?.startKey);
  if (identity === null) throw new Error('a process that runs has no identity');
  expect(isAlive(identity)).toBe(true);
  expect(signalProcess(identity, 'SIGTERM')).toBe(true);
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
  expect(signalProcess(identity, 'SIGTERM')).toBe(false);
});

test('the right pid with another start time is never signalled', async () => {
  const child = await sleeper();
  const stale = {pid: child.pid, startKey: 'an earlier boot:1'};
  expect(isAlive(stale)).toBe(false);
  expect(signalProcess(stale, 'SIGKILL')).toBe(false);
  expect(signalGroup(stale, 'SIGKILL')).toBe(false);
  const ended = await Promise.race([once(child, 'exit'), sleep(signalMs, 'alive')]);
  expect(ended).toBe('alive');
});

test('a process that has ended but was not waited for is not alive', async () => {
  // The shell replaces itself by a program that never waits for the child the shell had.
  const script = 'sleep 0.1 & echo $!; exec tail -f /dev/null';
  const parent = spawn('sh', ['-c', script], {stdio: ['ignore', 'pipe', 'ignore']});
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [text] = await once(parent.stdout, 'data');
  const pid = Number(String(text));
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z ');
  expect(identify(pid)).toBeNull();
});

test('processes are found by a mark in their environment', async () => {
  const [one, other] = [await sleeper({MARK: '/a/.sutra'}), await sleeper({MARK: '/a/.sutra2'})];
  const found = processesWith('MARK', '/a/.sutra');
  expect(found.map(({identity}) => identity.pid)).toEqual([one.pid]);
  expect(found[0]).toMatchObject({leader: true, env: {MARK: '/a/.sutra'}});
  expect(processesWith('MARK', '/a/.sutra2').map(({identity}) => identity.pid)).toEqual([other.pid]);
});

test('a lock has one living holder, is given back, and may be taken twice by its holder', () => {
  const path = join(folder(), 'lock');
  const first = acquireLock(path, 'deploy');
  const again = acquireLock(path, 'stop');
  expect([first.held, again.held]).toEqual([true, true]);
  if (!first.held || !again.held) return;
  again.release();
  expect(livingHolder(path)).toMatchObject({pid: process.pid, purpose: 'deploy'});
  first.release();
  expect(livingHolder(path)).toBeNull();
});

test('a lock held by a living process says who has it; of a dead one or a damaged file it is taken over', async () => {
  const path = join(folder(), 'lock');
  const child = await sleeper();
  writeFileSync(path, JSON.stringify({...identify(child.pid), purpose: 'deploy', sinceMs: 5}));
  expect(acquireLock(path, 'stop')).toMatchObject({
    held: false,
    holder: {pid: child.pid, purpose: 'deploy', sinceMs: 5},
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(acquireLock(path, 'stop').held).toBe(true);
  expect(livingHolder(path)?.pid).toBe(process.pid);
  writeFileSync(path, '{"pid":');
  expect(acquireLock(path, 'stop').held).toBe(true);
});

test('of many that find a dead holder, exactly one gets the lock', async () => {
  const path = join(folder(), 'lock');
  writeFileSync(path, JSON.stringify({pid: 1, startKey: 'gone', purpose: 'deploy', sinceMs: 5}));
  const module = join(import.meta.dirname, '../../../dist/system/files/lock-file.js');
  const go = join(folder(), 'go');
  const script = `
    const {acquireLock} = await import(${JSON.stringify(module)});
    const {existsSync} = await import('node:fs');
    console.log('ready');
    while (!existsSync(${JSON.stringify(go)}));
    console.log(acquireLock(${JSON.stringify(path)}, 'race').held);
    process.stdin.resume();
  `;
  // Whoever has it lives on until all have said what they got.
  const racing = [1, 2, 3, 4, 5, 6].map(() =>
    spawn(process.execPath, ['-e', script], {stdio: ['pipe', 'pipe', 'inherit']}),
  );
  onTestFinished(() => {
    for (const {stdin} of racing) stdin.end();
  });
  const heard = () => Promise.all(racing.map(async ({stdout}) => String((await once(stdout, 'data'))[0]).trim()));
  await heard();
  writeFileSync(go, '');
  const said = await heard();
  expect(said.filter((text) => text === 'true')).toHaveLength(1);
});
