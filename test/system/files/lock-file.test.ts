import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {acquireLock, livingHolder, readLock} from '../../../src/system/files/lock-file.js';
import {identify} from '../../../src/system/process/process-identity.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sutra-lock-'));
  onTestFinished(() => rmSync(path, {recursive: true}));
  return path;
}

/** A lock at `path` that another living process holds. */
async function heldByAnother(path: string): Promise<number> {
  const module = JSON.stringify(join(import.meta.dirname, '../../../dist/system/files/lock-file.js'));
  const code = `(await import(${module})).acquireLock(${JSON.stringify(path)}, 'deploy'); console.log('held'); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {stdio: ['ignore', 'pipe', 'inherit']});
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

test('a lock that was copied with its folder is nobody’s; one that was moved is still its holder’s', async () => {
  const root = folder();
  const [lock, copy, moved] = ['lock', 'copy', 'moved'].map((name) => join(root, name)) as [string, string, string];
  const pid = await heldByAnother(lock);
  cpSync(lock, copy);
  expect(readLock(copy)).toBeNull();
  const attempt = acquireLock(copy, 'stop');
  expect(attempt.held).toBe(true);
  renameSync(lock, moved);
  expect(livingHolder(moved)).toMatchObject({pid, purpose: 'deploy'});
  expect(acquireLock(moved, 'stop')).toMatchObject({held: false, holder: {pid}});
});

test('a lock whose holder does not count is taken over', () => {
  const path = join(folder(), 'lock');
  const init = identify(1);
  writeFileSync(path, JSON.stringify({...init, purpose: 'supervisor', sinceMs: 0}));
  expect(acquireLock(path, 'supervisor')).toMatchObject({held: false, holder: {pid: 1}});
  expect(acquireLock(path, 'supervisor', () => false).held).toBe(true);
  expect(readLock(path)).toMatchObject({pid: process.pid});
});

function lockOfTheDead(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-lock-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({pid: 2 ** 22 + 1, startKey: 'another-boot:1', purpose: 'test', sinceMs: 0}));
  return path;
}

test('a guard that was left while the clock was ahead is removed', () => {
  const path = lockOfTheDead();
  writeFileSync(`${path}.guard`, '');
  const tomorrow = Date.now() / 1_000 + 86_400;
  utimesSync(`${path}.guard`, tomorrow, tomorrow);
  expect(acquireLock(path, 'test').held).toBe(true);
});
