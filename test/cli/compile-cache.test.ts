import {chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {execaNode} from 'execa';
import {beforeEach, expect, it, onTestFinished} from 'vitest';
import {needsRoot} from '../support/skip.js';

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

it.for<[string, (way: string) => void]>([
  ['that others may write to', (way) => chmodSync(way, 0o777)],
  ['of another user', (way) => chownSync(way, 65_534, 65_534)],
])('nothing is kept or made below a folder %s', async ([, change], context) => {
  needsRoot(context);
  change(home);
  await start(join(home, 'cache'));
  expect(readdirSync(home)).toEqual([]);
});

it('nothing is kept where a link leads to a folder that others may write to', async () => {
  const shared = join(home, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  symlinkSync(shared, join(home, 'cache'));
  await start(join(home, 'cache'));
  expect(readdirSync(kept(join(home, 'cache')))).toEqual([]);
});

it('a cache folder that cannot be made stops no command', async () => {
  writeFileSync(join(home, 'file'), '');
  const {stdout} = await start(join(home, 'file/cache'));
  expect(stdout).toMatch(/^sutra\//);
});
