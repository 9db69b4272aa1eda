// needs: root
import {execFileSync, spawn} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {LiveReport} from '../../src/stack/live-report.js';
import {offsetFlags} from '../support/ports.js';
import {type Run, repository, stackFolder} from '../support/stack.js';

// A user of the machine deploys; root works in the same folder.
const owner = {name: 'nobody', uid: 65_534};
const other = {name: 'daemon', uid: 1};
const flags = [
  ...['--topology', 'direct', '--model', 'all-MiniLM-L6-v2-int8'],
  ...['--project', 'owned', ...(await offsetFlags())],
];

describe('a folder that belongs to another user', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-users-')));
  const [folder, store, node] = ['stack', 'models', 'bin/node'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const state = join(folder, '.sutra');

  // A checkout below a closed folder, as root's home is, is reached by another way.
  const isOpen = pathAbove(repository).every((path) => (lstatSync(path).mode & 0o005) === 0o005);
  const checkout = isOpen ? repository : join(root, 'checkout');

  beforeAll(async () => {
    chmodSync(root, 0o755);
    if (!isOpen) {
      mkdirSync(checkout);
      execFileSync('mount', ['--bind', repository, checkout]);
    }
    mkdirSync(folder);
    chownSync(folder, owner.uid, owner.uid);
    mkdirSync(dirname(node));
    try {
      linkSync(process.execPath, node);
    } catch {
      copyFileSync(process.execPath, node);
    }
    await using anywhere = stackFolder();
    const {json} = await anywhere.run(['model', 'pull', 'all-MiniLM-L6-v2-int8', '--json']);
    const model = (json as {folder: string}).folder;
    cpSync(model, join(store, ...model.split('/').slice(-2)), {recursive: true});
  });
  afterAll(async () => {
    await as(owner.uid, ['stop']);
    if (!isOpen) execFileSync('umount', [checkout]);
    rmSync(root, {recursive: true, force: true});
  });

  /** A command of that user, with this very Node, or with another. */
  async function as(uid: number, args: string[], program = node): Promise<Run> {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: uid === 0 ? '/root' : folder,
      NO_COLOR: '1',
      SUTRA_RUNTIME: 'process',
      SUTRA_MODEL_STORE: store,
    };
    const who = uid === 0 ? {} : {uid, gid: uid};
    const child = spawn(program, [join(checkout, 'bin/run.js'), ...args], {
      cwd: folder,
      env,
      ...who,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all(
      [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    );
    const exitCode = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
    let json: unknown;
    try {
      json = JSON.parse(stdout ?? '');
    } catch {
      json = undefined;
    }
    return {exitCode, stdout: stdout ?? '', stderr: stderr ?? '', json};
  }

  const succeeds = async (uid: number, ...args: string[]): Promise<Run> => {
    const run = await as(uid, args);
    if (run.exitCode !== 0)
      throw new Error(`${args.join(' ')} as ${uid} exited ${run.exitCode}:\n${run.stdout}\n${run.stderr}`);
    return run;
  };
  const notOwned = () =>
    ['', ...readdirSync(state, {recursive: true, encoding: 'utf8'})].filter(
      (name) => lstatSync(join(state, name)).uid !== owner.uid,
    );
  const keeperOf = async () => ((await succeeds(owner.uid, 'status', '--json')).json as LiveReport).services;

  test('root’s commands act as the owner: every file and process stays the owner’s, who can go on', async () => {
    await succeeds(owner.uid, 'deploy', ...flags);
    const services = await keeperOf();
    for (const args of [['status'], ['logs'], ['validate', '--phases', '0'], ['deploy', ...flags]]) {
      const {stderr} = await succeeds(0, ...args);
      expect(stderr).toContain(`Note: running as ${owner.name}, the owner of this stack`);
      expect(notOwned()).toEqual([]);
    }
    expect(await keeperOf()).toMatchObject(services.map(({name, pid}) => ({name, pid})));

    // Root brings the stack back: what it starts is the owner's too.
    await succeeds(0, 'stop');
    await succeeds(0, 'deploy', ...flags);
    for (const {pid} of await keeperOf()) expect(lstatSync(`/proc/${pid}`).uid).toBe(owner.uid);
    expect(notOwned()).toEqual([]);
    await succeeds(owner.uid, 'deploy', ...flags);
    await succeeds(owner.uid, 'stop');
  });

  test('another user is told whose it is', async () => {
    for (const args of [['status'], ['stop'], ['destroy', '--yes'], ['deploy', ...flags]]) {
      const {exitCode, stderr} = await as(other.uid, args);
      expect(exitCode).toBe(3);
      expect(stderr).toContain(
        `${state} belongs to user ${owner.uid}, and this command runs as ${other.name} (${other.uid})`,
      );
    }
  });

  test('root with a program that the owner cannot run is refused, and writes nothing', async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed, {mode: 0o700});
    const program = join(closed, 'node');
    linkSync(node, program);
    const {exitCode, stderr} = await as(0, ['validate', '--phases', '0'], program);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`the stack here belongs to ${owner.name}, who cannot read ${program}`);
    expect(notOwned()).toEqual([]);
  });

  test('the owner removes what is left', async () => {
    await succeeds(owner.uid, 'destroy', '--yes', '--volumes');
    expect(readdirSync(folder)).not.toContain('.sutra');
  });
});

function pathAbove(path: string): string[] {
  return path === '/' ? [path] : [path, ...pathAbove(dirname(path))];
}
