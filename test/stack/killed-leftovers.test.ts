import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {lockStack} from '../../src/runtime/command-lock.js';
import {stackFolder} from '../../src/runtime/stack-folder.js';
import {takenPorts} from '../../src/stack/preflight.js';
import {temporaryFolder} from '../../src/system/folders/temporary-folder.js';
import {planOf} from '../support/plans.js';

/** Of a process that is no more. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-leftovers-')));
  onTestFinished(() => rmSync(path, {recursive: true, force: true}));
  return path;
}

test('who takes the lock removes what killed writers left, and nothing of living ones', () => {
  const state = join(folder(), '.sutra');
  const dead = deadPid();
  mkdirSync(join(state, 'run'), {recursive: true});
  mkdirSync(join(state, 'plans'));
  const left = ['.plan.json', 'run/.desired.json', 'run/.lock', 'plans/.000001.json'].map((path) => join(state, path));
  for (const path of left) writeFileSync(`${path}.${dead}.tmp`, '{');
  const living = join(state, 'run', `.state.json.${process.ppid}.tmp`);
  writeFileSync(living, '{');
  writeFileSync(
    join(state, 'run', 'lock.guard'),
    JSON.stringify({pid: dead, startKey: 'x', purpose: 'stop', sinceMs: 1}),
  );
  const lock = lockStack(stackFolder(state), 'deploy');
  const files = readdirSync(state, {recursive: true, encoding: 'utf8'}).filter((path) => /tmp|guard/.test(path));
  lock[Symbol.dispose]();
  expect(files).toEqual([join('run', `.state.json.${process.ppid}.tmp`)]);
});

test('a temporary folder takes those of killed processes with it', async () => {
  const root = folder();
  for (const name of [`sutra-build-${deadPid()}-abc`, `sutra-build-${process.ppid}-abc`, 'sutra-build-old']) {
    mkdirSync(join(root, name));
  }
  await using made = await temporaryFolder('sutra-build-', root);
  const others = readdirSync(root).filter((name) => join(root, name) !== made.path);
  expect(others.toSorted()).toEqual([`sutra-build-${process.ppid}-abc`, 'sutra-build-old'].toSorted());
});

test('a port of the stack of this very folder is not taken, whatever its plan says; that of another stack is', async () => {
  const cwd = folder();
  mkdirSync(join(cwd, '.sutra'));
  const script = `require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
  const env = {SUTRA_STACK: join(cwd, '.sutra'), SUTRA_INSTANCE: 'ml-base-3'};
  const child = spawn(process.execPath, ['-e', script], {env, stdio: ['ignore', 'pipe', 'inherit']});
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const plan = {...planOf(), ports: [{port: Number(port.toString()), owner: 'ml-base-3'}]};
  expect(await takenPorts({cwd}, plan, null)).toEqual([]);
  expect(await takenPorts({cwd: folder()}, plan, null)).toMatchObject([
    {wantedFor: 'ml-base-3', holder: expect.stringContaining('ml-base-3 of the sutra stack')},
  ]);
});
