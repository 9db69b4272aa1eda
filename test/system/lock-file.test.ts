import {mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {acquireLock} from '../../src/system/lock-file.js';

function lockOfTheDead(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-lock-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({pid: 2 ** 22 + 1, startKey: 'another-boot:1', purpose: 'test', sinceMs: 0}));
  return path;
}

it('a guard that was left while the clock was ahead is removed', () => {
  const path = lockOfTheDead();
  writeFileSync(`${path}.guard`, '');
  const tomorrow = Date.now() / 1_000 + 86_400;
  utimesSync(`${path}.guard`, tomorrow, tomorrow);
  expect(acquireLock(path, 'test').held).toBe(true);
});
