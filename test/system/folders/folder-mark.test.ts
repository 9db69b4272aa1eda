import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {
  claimStateFolder,
  folderNames,
  folderOrigin,
  isOurName,
  makeStateFolder,
} from '../../../src/system/folders/folder-mark.js';

let root: string;
const at = (name: string) => join(root, name, '.sutra');
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-mark-')));
  mkdirSync(join(root, 'x'));
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

test('a folder that sutra makes is its own from the first moment', () => {
  expect(folderOrigin(at('x'))).toEqual({kind: 'absent'});
  makeStateFolder(at('x'));
  expect(folderOrigin(at('x'))).toEqual({kind: 'own'});
  expect(folderNames(at('x'))).toEqual([at('x')]);
});

test('a copy knows of what; it becomes a folder of its own without the stack of the other', () => {
  makeStateFolder(at('x'));
  for (const name of ['plan.json', 'journal.jsonl']) writeFileSync(join(at('x'), name), '{}');
  mkdirSync(join(at('x'), 'run'));
  cpSync(join(root, 'x'), join(root, 'y'), {recursive: true});
  expect(folderOrigin(at('y'))).toEqual({kind: 'copy', from: at('x')});
  expect(folderNames(at('y'))).toEqual([at('y')]);
  claimStateFolder(at('y'));
  expect(folderOrigin(at('y'))).toEqual({kind: 'own'});
  expect(['plan.json', 'run', 'journal.jsonl'].map((name) => existsSync(join(at('y'), name)))).toEqual([
    false,
    false,
    true,
  ]);
  expect(folderOrigin(at('x'))).toEqual({kind: 'own'});
  expect(existsSync(join(at('x'), 'plan.json'))).toBe(true);
});

test('a folder that is moved keeps its stack and the names it had, until another folder takes one', () => {
  makeStateFolder(at('x'));
  writeFileSync(join(at('x'), 'plan.json'), '{}');
  renameSync(join(root, 'x'), join(root, 'y'));
  expect(folderOrigin(at('y'))).toEqual({kind: 'moved', from: at('x')});
  claimStateFolder(at('y'));
  expect(folderOrigin(at('y'))).toEqual({kind: 'own'});
  expect(existsSync(join(at('y'), 'plan.json'))).toBe(true);
  renameSync(join(root, 'y'), join(root, 'z'));
  expect(folderNames(at('z'))).toEqual([at('z'), at('x'), at('y')]);
  mkdirSync(at('x'), {recursive: true});
  expect(folderNames(at('z'))).toEqual([at('z'), at('y')]);
});

test('a folder whose former place this user may not look at is one that was moved', () => {
  makeStateFolder(at('x'));
  renameSync(join(root, 'x'), join(root, 'y'));
  // stat fails for a link to itself, as it does below a folder that this user may not enter.
  symlinkSync('x', join(root, 'x'));
  expect(folderOrigin(at('y'))).toEqual({kind: 'moved', from: at('x')});
  expect(folderNames(at('y'))).toEqual([at('y'), at('x')]);
});

test('a copy whose original has moved on does not answer to the name of the original', () => {
  makeStateFolder(at('x'));
  cpSync(join(root, 'x'), join(root, 'y'), {recursive: true});
  renameSync(join(root, 'x'), join(root, 'z'));
  expect(folderNames(at('y'))).toEqual([at('y')]);
  expect(folderNames(at('z'))).toEqual([at('z'), at('x')]);
});

test.each([
  ...['plan.json', 'plans', 'run', 'logs', 'data', 'secrets', 'haproxy', 'compose', 'evidence', 'baselines'],
  ...['journal.jsonl', 'written.json', 'unfinished.json', 'stack-folder.json', '.plan.json.4711.tmp'],
])('%s is known as a name that sutra writes, so that destroy removes it', (name) => {
  expect(isOurName(name)).toBe(true);
});

test('a folder from before there were marks is taken on; one of somebody else is not', () => {
  mkdirSync(join(at('x'), 'plans'), {recursive: true});
  makeStateFolder(at('x'));
  expect(folderOrigin(at('x'))).toEqual({kind: 'own'});
  mkdirSync(at('other'), {recursive: true});
  writeFileSync(join(at('other'), 'thesis.txt'), '');
  const message = `${at('other')} was not made by sutra: it holds thesis.txt`;
  expect(() => makeStateFolder(at('other'))).toThrow(expect.objectContaining({code: 'STATE', message}));
});
