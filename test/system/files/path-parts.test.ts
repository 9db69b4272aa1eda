import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {fileOnTheWay, missingPart} from '../../../src/system/files/path-parts.js';

let root: string;
const at = (path: string) => join(root, path);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sutra-path-parts-'));
  mkdirSync(at('stack'));
  writeFileSync(at('queries.txt'), '');
  symlinkSync('nowhere', at('dangling'));
});
afterAll(() => rmSync(root, {recursive: true}));

it('a file that is missing is told with the nearest name beside it', () => {
  expect(missingPart(at('querys.txt'))).toEqual({
    says: `${at('querys.txt')} does not exist`,
    hints: ['did you mean queries.txt?', `check the path: ls -la ${root}`],
  });
});

it('a folder that is missing on the way is told, not what was to be in it', () => {
  expect(missingPart(at('stcak/a/b'))).toEqual({
    says: `${at('stcak/a/b')}: there is no folder ${at('stcak')}`,
    hints: ['did you mean stack?', `check the path: ls -la ${root}`, `or make the folder: mkdir -p ${at('stcak/a')}`],
  });
});

it('no name is suggested that has little in common', () => {
  expect(missingPart(at('x')).hints).toEqual([`check the path: ls -la ${root}`]);
});

it('a link to nothing is told as one', () => {
  expect(missingPart(at('dangling')).says).toBe(
    `${at('dangling')} is a symbolic link to something that does not exist`,
  );
});

it('the file that stands where a folder should be is found from below', () => {
  expect(fileOnTheWay(at('queries.txt/a/b'))).toBe(at('queries.txt'));
  expect(fileOnTheWay(at('stack/a'))).toBe(at('stack/a'));
});
