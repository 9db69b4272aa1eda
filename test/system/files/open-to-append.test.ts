import {linkSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {openJournal} from '../../../src/journal/journal.js';
import {rotateLogs} from '../../../src/runtime/process/supervisor/log-rotation.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sutra-append-'));
});
afterEach(() => rmSync(root, {recursive: true}));

const event = {kind: 'down', entity: 'stack', cause: 'a test', data: {}} as const;

test('a journal with a second name elsewhere goes on as a file of its own, and the other stays as it was', () => {
  const [path, other] = [join(root, 'journal.jsonl'), join(root, 'other')];
  writeFileSync(other, 'kept\n');
  linkSync(other, path);
  openJournal(path).append(event);
  expect(readFileSync(other, 'utf8')).toBe('kept\n');
  expect(readFileSync(path, 'utf8')).toMatch(/^kept\n\{.*"kind":"down".*\}\n$/);
  expect(statSync(path).nlink).toBe(1);
});

test('a journal that is a link is not written through', () => {
  const [path, other] = [join(root, 'journal.jsonl'), join(root, 'other')];
  writeFileSync(other, 'kept\n');
  symlinkSync(other, path);
  expect(() => openJournal(path).append(event)).toThrow(
    expect.objectContaining({code: 'LINK_LOOP', message: expect.stringContaining('ELOOP')}),
  );
  expect(readFileSync(other, 'utf8')).toBe('kept\n');
});

test('the rotation of logs empties no file that has a second name elsewhere', () => {
  const [path, other] = [join(root, 'a.log'), join(root, 'other')];
  writeFileSync(other, 'x'.repeat(100));
  linkSync(other, path);
  rotateLogs(root, 10);
  expect(statSync(other).size).toBe(100);
});
