import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {nodeSystem} from '../../src/system/node-system.js';
import {rebuildVersion} from '../../src/trial/rebuild.js';

let root: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  }).trim();

/** A checkout of two versions, each of which builds by writing its own number. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sutra-rebuild-test-'));
  git('init', '--quiet');
  for (const version of ['1.0.0', '2.0.0']) {
    const scripts = {build: `echo ${version} > built`};
    await writeFile(join(root, 'package.json'), JSON.stringify({name: 'product', version, scripts}));
    const lock = {name: 'product', version, lockfileVersion: 3, packages: {'': {name: 'product', version}}};
    await writeFile(join(root, 'package-lock.json'), JSON.stringify(lock));
    git('add', '.');
    git('commit', '--quiet', '--message', version);
    git('tag', `v${version}`);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, {recursive: true, force: true});
});

const system = () => nodeSystem(AbortSignal.timeout(60_000));

it('an older version is built beside the checkout, and leaves nothing behind', async () => {
  let folder: string;
  {
    await using rebuilt = await rebuildVersion(system(), root, 'v1.0.0');
    folder = rebuilt.folder;
    expect((await readFile(join(folder, 'built'), 'utf8')).trim()).toBe('1.0.0');
    expect(rebuilt.commit).toBe(git('rev-parse', 'v1.0.0^{commit}'));
  }
  expect(existsSync(join(folder, '..'))).toBe(false);
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
}, 60_000);

it('a version that is not there is said before anything is built', async () => {
  await expect(rebuildVersion(system(), root, 'v9')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('--rebuild v9: there is no such version'),
  });
});

it('an installed package, which is no checkout, is told so, and a repository around it is left alone', async () => {
  const installed = join(root, 'node_modules/sutra');
  await mkdir(installed, {recursive: true});
  await expect(rebuildVersion(system(), installed, 'HEAD')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`${installed} is not a git checkout of sutra`),
  });
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
});

it('a version that does not build is said, and its checkout removed', async () => {
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({name: 'product', version: '2.0.0', scripts: {build: 'echo no such thing >&2; exit 3'}}),
  );
  git('commit', '--all', '--quiet', '--message', 'broken');
  await expect(rebuildVersion(system(), root, 'HEAD')).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('no such thing'),
  });
  expect(git('worktree', 'list').split('\n')).toHaveLength(1);
}, 60_000);

it('in a hook of another repository the version is taken from the checkout, and the other one is left alone', async () => {
  const [commit, other] = [git('rev-parse', 'HEAD'), await mkdtemp(join(tmpdir(), 'sutra-rebuild-other-'))];
  execFileSync('git', ['init', '--quiet', other]);
  // What git sets for a hook, what a script of npm has, and a hook of the checkout's own.
  const hook = join(root, '.git/hooks/post-checkout');
  await writeFile(hook, '#!/bin/sh\nexit 1\n', {mode: 0o755});
  vi.stubEnv('GIT_DIR', join(other, '.git'));
  vi.stubEnv('GIT_INDEX_FILE', join(other, '.git/index'));
  vi.stubEnv('GIT_WORK_TREE', other);
  vi.stubEnv('GIT_OBJECT_DIRECTORY', join(other, '.git/objects'));
  vi.stubEnv('GIT_CEILING_DIRECTORIES', root);
  vi.stubEnv('NODE_ENV', 'production');
  vi.stubEnv('npm_config_global', 'true');
  vi.stubEnv('npm_config_dry_run', 'true');
  try {
    await using rebuilt = await rebuildVersion(system(), root, 'HEAD');
    expect(rebuilt.commit).toBe(commit);
    expect((await readFile(join(rebuilt.folder, 'built'), 'utf8')).trim()).toBe('2.0.0');
    expect(existsSync(join(other, '.git/worktrees'))).toBe(false);
  } finally {
    await rm(other, {recursive: true, force: true});
  }
}, 60_000);
