import {mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, expect, it, onTestFinished} from 'vitest';
import {setAside} from '../../../src/system/files/own-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-own-files-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
});

it('a damaged file is kept beside its place', () => {
  writeFileSync(join(folder, 'plan.json'), 'half');
  setAside(join(folder, 'plan.json'));
  expect(readdirSync(folder)).toEqual(['plan.json.damaged']);
});

it('a link is removed, not what it leads to: no command goes on beside a link that sutra did not make', () => {
  writeFileSync(join(folder, 'elsewhere'), 'text');
  symlinkSync('elsewhere', join(folder, 'plan.json'));
  setAside(join(folder, 'plan.json'));
  expect(readdirSync(folder)).toEqual(['elsewhere']);
  expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('text');
});
