import {chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {stateFolderOf} from '../../../src/system/folders/state-folder.js';
import {needsRoot} from '../../support/skip.js';

let cwd: string;
let state: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-safe-')));
  state = join(cwd, '.sutra');
});
afterEach(() => rmSync(cwd, {recursive: true, force: true}));

test('no folder, an empty one and one with files and a socket can be used', async () => {
  expect(stateFolderOf({cwd})).toBe(state);
  mkdirSync(join(state, 'run'), {recursive: true});
  writeFileSync(join(state, 'plan.json'), '{}');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(state, 'run', 'haproxy.sock'), resolve));
  expect(stateFolderOf({cwd})).toBe(state);
  server.close();
});

test.each(['a folder elsewhere', 'nothing'])('a link to %s in its place is refused', (target) => {
  const elsewhere = join(cwd, 'elsewhere');
  if (target !== 'nothing') mkdirSync(elsewhere);
  symlinkSync(elsewhere, state);
  const message = `${state} is a symbolic link to ${elsewhere}: sutra uses only files and folders that it made itself`;
  expect(() => stateFolderOf({cwd})).toThrow(expect.objectContaining({code: 'STATE', message}));
});

test('a file in its place is refused', () => {
  writeFileSync(state, 'gitdir: elsewhere');
  expect(() => stateFolderOf({cwd})).toThrow(expect.objectContaining({code: 'STATE'}));
});

describe('a link inside', () => {
  test.each([
    'data',
    'plans',
    'logs',
    'haproxy',
    'run',
    'compose',
    'secrets',
    'evidence',
    'journal.jsonl',
    'data/cache/cache.sqlite',
    'secrets/tls.pem',
    'logs/ml-base-1.log',
  ])('%s is refused, whatever it leads to', (name) => {
    const path = join(state, name);
    mkdirSync(join(path, '..'), {recursive: true});
    symlinkSync('/etc', path);
    const message = expect.stringContaining(`${path} is a symbolic link`);
    expect(() => stateFolderOf({cwd})).toThrow(expect.objectContaining({code: 'STATE', message}));
  });
});

test('a folder that every user can write to is refused', () => {
  mkdirSync(state);
  chmodSync(state, 0o777);
  const cures = [`check what is in it, then: chmod 700 ${state}`];
  expect(() => stateFolderOf({cwd})).toThrow(expect.objectContaining({code: 'PERMISSION', cures}));
  chmodSync(state, 0o755);
  expect(stateFolderOf({cwd})).toBe(state);
});

test('a folder of another user is refused, naming both', (context) => {
  needsRoot(context);
  mkdirSync(state);
  chownSync(state, 54_321, 54_321);
  const message = `${state} belongs to user 54321, and this command runs as root (0)`;
  expect(() => stateFolderOf({cwd})).toThrow(expect.objectContaining({code: 'PERMISSION', message}));
});
