import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {problemOfRegular} from '../../../src/system/files/read-regular.js';

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-regular-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return join(folder, 'journal.jsonl');
}

test.each<[string, (path: string) => void, string | null]>([
  ['a file', (at) => writeFileSync(at, 'text'), null],
  ['an empty file', (at) => writeFileSync(at, ''), null],
  ['no file', () => undefined, null],
  ['a folder', (at) => mkdirSync(at), 'is a folder'],
  ['a link to itself', (at) => symlinkSync(at, at), 'is a link that leads to itself'],
  ['a pipe that nobody writes to', (at) => execFileSync('mkfifo', [at]), 'is not a regular file'],
])('what keeps a journal from being read: %s', (_, make, problem) => {
  const at = path();
  make(at);
  expect(problemOfRegular(at)).toBe(problem);
});

test('a journal of a terabyte is no problem, and is not read', () => {
  const at = path();
  writeFileSync(at, '{}\n');
  truncateSync(at, 2 ** 40);
  expect(problemOfRegular(at)).toBeNull();
});
