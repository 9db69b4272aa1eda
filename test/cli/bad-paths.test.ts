import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {sutraHere} from '../support/cli-here.js';
import {planOf} from '../support/plans.js';
import {smallDisk} from '../support/small-disk.js';
import {expectUsersMistake} from '../support/users-mistake.js';

// Every command that takes a path, with every path that does not do: the mistake is the user's, and is said so.

const entry = join(import.meta.dirname, '../../bin/run.js');
let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-bad-paths-')));
  mkdirSync(join(root, 'stack'));
  writeDeployedPlan({cwd: join(root, 'stack')}, planOf());
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'file'), '');
  symlinkSync('loop', join(root, 'loop'));
});
afterAll(() => rmSync(root, {recursive: true, force: true}));

const cleanEnvironment = () => ({PATH: process.env.PATH ?? '', HOME: root, NO_COLOR: '1', SUTRA_RUNTIME: 'process'});

const sutra = (args: string[], {cwd = join(root, 'stack'), env = {}, gone = false} = {}) =>
  sutraHere(args, {cwd, gone, env: {...cleanEnvironment(), ...env}});

/** A process, for what one alone shows: standard input, and that nothing before the command fails. */
const sutraProcess = (args: string[], {cwd = join(root, 'stack'), env = {}, gone = false, input = ''} = {}) =>
  // A shell, so that the current folder may be gone.
  execa('sh', ['-c', gone ? 'rmdir "$PWD" && exec "$@"' : 'exec "$@"', 'sh', process.execPath, entry, ...args], {
    cwd,
    env: {...cleanEnvironment(), PWD: cwd, ...env},
    extendEnv: false,
    input,
    reject: false,
  });

const manifest = readFileSync(join(import.meta.dirname, '../../oclif.manifest.json'), 'utf8');
const ids = Object.keys((JSON.parse(manifest) as {commands: object}).commands).map((id) => id.replaceAll(':', ' '));
const needed: Record<string, string[]> = {
  restore: ['x'],
  scale: ['2'],
  'cache warm': ['x'],
  'bench matrix': ['--options', 'cache'],
};
const tooLong = 'n'.repeat(300);
const badFolders = ['missing', 'missing/below', 'file', 'file/below', 'loop', tooLong];

/** What an error must say of each. */
const says: Record<string, RegExp> = {
  missing: /does not exist|there is no file|is not there/,
  'missing/below': /there is no folder|does not exist|there is no file|is not there/,
  folder: /is a folder[,;]/,
  file: /is a file, not a folder/,
  'file/below': /is a file, not a folder/,
  loop: /leads to itself/,
  'loop/below': /leads to itself/,
  [tooLong]: /n… is longer than the file system allows/,
};

/** The part of the path that an error must name. */
const wrongPart = (bad: string) => join(root, bad === 'file/below' ? 'file' : bad.slice(0, 20));

it.each(ids)('%s: --folder', {timeout: 120_000}, async (id) => {
  // Every command refuses a folder at one place: two have all the kinds, the others one each.
  const kinds = ['status', 'generate'].includes(id) ? badFolders : badFolders.slice(ids.indexOf(id) % 6).slice(0, 1);
  expect(kinds.length).toBeGreaterThan(0);
  for (const bad of kinds) {
    const seen = await sutra([...id.split(' '), ...(needed[id] ?? []), '--folder', join(root, bad)]);
    expectUsersMistake(seen, wrongPart(bad));
    expect(seen.stderr).toMatch(says[bad] ?? bad);
  }
});

it.each(ids)('%s: a current folder that is gone', {timeout: 60_000}, async (id) => {
  const cwd = join(root, `gone-${id}`);
  mkdirSync(cwd);
  expectUsersMistake(await sutra([...id.split(' '), ...(needed[id] ?? [])], {cwd, gone: true}), cwd);
});

it('as processes: the same exit code and standard error', {timeout: 60_000}, async () => {
  const cwd = join(root, 'gone-process');
  mkdirSync(cwd);
  const [missing, gone, unknown, surplus] = await Promise.all([
    sutraProcess(['status', '--folder', join(root, 'missing')]),
    sutraProcess(['status'], {cwd, gone: true}),
    sutraProcess(['statsu']),
    sutraProcess(['start', 'ml-base-1']),
  ]);
  expectUsersMistake(missing, join(root, 'missing'));
  expectUsersMistake(gone, cwd);
  expectUsersMistake(unknown, 'unknown command "statsu"');
  expectUsersMistake(surplus, 'sutra start takes no argument: "ml-base-1"');
  expect(unknown.stderr).toContain('try: sutra status');
});

const badFiles = ['missing', 'missing/below', 'folder', 'file/below', 'loop'];
const inputs: [string, (path: string) => string[], string[]][] = [
  ['restore FILE', (path) => ['restore', path], badFiles],
  ['cache warm FILE', (path) => ['cache', 'warm', path], badFiles],
  ['--tls-cert', (path) => ['generate', '--tls-cert', path], badFiles],
  ['--workload texts:', (path) => ['bench', '--url', 'http://127.0.0.1:9', '--workload', `texts:${path}`], badFiles],
  ['--workload trace:', (path) => ['bench', '--url', 'http://127.0.0.1:9', '--workload', `trace:${path}`], badFiles],
  ['--model', (path) => ['diff', '--model', path], ['missing', 'missing/below', 'file', 'file/below', 'loop']],
  ['backup FILE', (path) => ['backup', path], ['missing/below', 'folder', 'file/below', 'loop/below']],
  ['--html', (path) => ['bench', '--html', path], ['missing/below', 'folder', 'file/below', 'loop/below']],
];
it.each(inputs)('%s', {timeout: 120_000}, async (_, args, kinds) => {
  for (const bad of kinds) {
    const [part = bad] = bad.split('/');
    const seen = await sutra(args(join(root, bad)));
    expectUsersMistake(seen, join(root, part));
    expect(seen.stderr).toMatch(says[bad] ?? bad);
  }
});

it('a disk that is full is told with its path', {timeout: 60_000}, async ({skip}) => {
  skip(process.getuid?.() !== 0, 'mounting a small disk needs root');
  using disk = smallDisk();
  disk.leaveFree(0);
  const {exitCode, stderr} = await sutra(['generate', '--folder', disk.path]);
  expect(exitCode).toBe(8);
  expect(stderr).toMatch(new RegExp(`^Error: no space left to write ${disk.path}/`, 'm'));
  expect(stderr).toContain('try: free space: df -h');
});

describe('-', {timeout: 60_000}, () => {
  it('is standard input where a command reads a file once', async () => {
    const bench = ['bench', '--url', 'http://127.0.0.1:9', '--workload'];
    const [warm, texts, trace] = await Promise.all([
      sutraProcess(['cache', 'warm', '-'], {input: 'one\nt\0wo\n'}),
      sutraProcess([...bench, 'texts:-']),
      sutraProcess([...bench, 'trace:-'], {input: 'when,words\n'}),
    ]);
    expectUsersMistake(warm, 'standard input:2: holds a NUL character');
    expectUsersMistake(texts, 'standard input contains no text');
    expectUsersMistake(trace, 'standard input:1: the header');
  });

  it('is refused where a file is read twice or written', async () => {
    expectUsersMistake(await sutra(['restore', '-']), 'restore cannot read standard input');
    expectUsersMistake(await sutra(['backup', '-']), 'backup cannot write to standard output');
    expectUsersMistake(await sutra(['bench', '--html', '-']), '--html cannot write to standard output');
  });

  it('what is piped in is no argument that was not typed', async () => {
    // Ten milliseconds of patience, the default, would hide it on a busy machine.
    const env = {OCLIF_STDIN_TIMEOUT_MS: '10000'};
    const {stderr} = await sutraProcess(['restore'], {env, input: join(root, 'file')});
    expect(stderr).toContain('missing: file, ');
  });
});
