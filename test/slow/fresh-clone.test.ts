import {execFile, execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, expect, test} from 'vitest';
import {repository} from '../support/stack.js';

const exec = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sutra-clone-'));
const clone = join(folder, 'clone');
const version = readFileSync(join(repository, 'VERSION'), 'utf8').trim();

afterAll(() => rmSync(folder, {recursive: true, force: true}));

test('on a fresh clone with an old Node ./sutra gets a newer one, installs, builds and runs', async () => {
  copyCheckout();
  const env = {
    ...process.env,
    PATH: pathWithOldNode(),
    XDG_CACHE_HOME: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    // What would leave out the development tools, or install them elsewhere.
    NODE_ENV: 'production',
    npm_config_omit: 'dev',
    npm_config_global: 'true',
    npm_config_package_lock_only: 'true',
  };
  const startMs = performance.now();
  const first = await exec('./sutra', ['--version'], {cwd: clone, env, maxBuffer: 1e8});
  process.stdout.write(`fresh clone to the first answer: ${((performance.now() - startMs) / 1_000).toFixed(0)} s\n`);
  expect(first.stdout).toContain(version);
  expect(first.stderr).toMatch(/older than 22\.19: fetching Node 24\.\d+\.\d+ with npm/);
  expect(first.stderr).toContain('installing dependencies');
  expect(first.stderr).toContain('building');

  const second = await exec('./sutra', ['--version'], {cwd: clone, env});
  expect(second).toEqual({stdout: first.stdout, stderr: ''});
});

test('a source that is newer than the build is built before it runs', async () => {
  const env = {...process.env, PATH: pathWithOldNode(), XDG_CACHE_HOME: join(folder, 'cache')};
  writeFileSync(join(clone, 'src/errors.ts'), readFileSync(join(clone, 'src/errors.ts')));
  const {stderr} = await exec('./sutra', ['--version'], {cwd: clone, env});
  expect(stderr).toBe('sutra: building\n');
});

/** What a clone of the working tree would hold: every file that is tracked or new, none that is ignored. */
function copyCheckout(): void {
  mkdirSync(clone);
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {cwd: repository});
  const files = list
    .toString()
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(repository, name)));
  const tar = execFileSync('tar', ['-cf', '-', '--null', '-T', '-'], {
    cwd: repository,
    input: files.join('\0'),
    maxBuffer: 1e9,
  });
  execFileSync('tar', ['-xf', '-'], {cwd: clone, input: tar});
}

/** PATH with an old Node first: the machine's own where it is old, else one that only says so. */
function pathWithOldNode(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const old = folders.find((name) => existsSync(join(name, 'node')) && isOld(join(name, 'node')));
  if (old !== undefined) return [old, ...folders].join(delimiter);
  const shim = join(folder, 'old-node');
  mkdirSync(shim, {recursive: true});
  const real = process.execPath;
  writeFileSync(join(shim, 'node'), `#!/bin/sh\ncase $1 in -v) echo v20.20.0 ;; *) exec "${real}" "$@" ;; esac\n`);
  chmodSync(join(shim, 'node'), 0o755);
  return [shim, ...folders, dirname(real)].join(delimiter);
}

function isOld(node: string): boolean {
  return Number(execFileSync(node, ['-v']).toString().slice(1).split('.')[0]) < 22;
}
