import {chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {execaNode} from 'execa';
import {beforeEach, expect, it, onTestFinished} from 'vitest';

const entryPoint = resolve(import.meta.dirname, '../../bin/run.js');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sutra-compiled-'));
  onTestFinished(() => rmSync(home, {recursive: true}));
});

const kept = (cache: string) => join(cache, 'sutra/compiled');
const start = (cache: string) => execaNode(entryPoint, ['--version'], {env: {XDG_CACHE_HOME: cache}});

it('what was compiled is kept for the next command, in the cache folder of the user alone', async () => {
  const cache = join(home, 'cache');
  await start(cache);
  expect(readdirSync(kept(cache), {recursive: true}).length).toBeGreaterThan(10);
});

it.each([
  ['a folder that others may write to', 0o777, ''],
  ['a folder that others may write to, above', 0o777, 'cache'],
])('nothing is kept in %s', async (_, mode, below) => {
  chmodSync(home, mode);
  const cache = join(home, below);
  await start(cache);
  expect(readdirSync(kept(cache))).toEqual([]);
});

it('a cache folder that cannot be made stops no command', async () => {
  writeFileSync(join(home, 'file'), '');
  const {stdout} = await start(join(home, 'file/cache'));
  expect(stdout).toMatch(/^sutra\//);
});
