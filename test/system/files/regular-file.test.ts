import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {readJournal} from '../../../src/journal/read-journal.js';
import {readLocalModel} from '../../../src/model/local-model.js';
import {resolveStack} from '../../../src/stack/plans/resolve-stack.js';
import {readTextIfThere} from '../../../src/system/files/files.js';
import {readLinesOf} from '../../../src/system/files/line-stream.js';
import {readTextFile} from '../../../src/system/files/regular-file.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {settingsFile} from '../../../src/topology/settings/parse-settings.js';
import {readBackup} from '../../../src/vectors/read-backup.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-regular-file-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const signal = () => AbortSignal.timeout(10_000);
const all = async (things: AsyncIterable<unknown>) => {
  for await (const _ of things);
};

/** Every way a file that somebody names, or that a repository brings along, is read. */
const readers: [string, (path: string) => Promise<unknown>][] = [
  ['sutra.yaml', () => resolveStack(nodeSystem(signal(), folder), [])],
  ['--tls-cert', (path) => resolveStack(nodeSystem(signal(), folder), [{origin: '--tls-cert', settings: {tls: path}}])],
  ['the description of a model', () => readLocalModel(folder)],
  ['texts and traces', (path) => all(readLinesOf(path, signal()))],
  ['a backup', (path) => all(readBackup(path, signal(), () => undefined))],
  ['records and baselines', (path) => readTextIfThere(path)],
  ['the journal', (path) => Promise.resolve().then(() => readJournal(path))],
];

const names: Record<string, string> = {'sutra.yaml': settingsFile, 'the description of a model': 'sutra-model.json'};

const kinds: [string, (path: string) => void][] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link to a device without an end', (path) => symlinkSync('/dev/zero', path)],
  ['a folder', (path) => mkdirSync(path)],
];

test.each(readers)(
  '%s: a pipe, a device and a folder are refused at once',
  async (reader, read) => {
    const path = join(folder, names[reader] ?? 'file');
    for (const [kind, make] of kinds) {
      make(path);
      await expect(read(path), kind).rejects.toMatchObject({
        code: expect.stringMatching(/^(NOT_A_FILE|STATE)$/),
        message: expect.stringContaining(path),
      });
      rmSync(path, {recursive: true});
    }
  },
  10_000,
);

test.each(readers.filter(([reader]) => reader !== 'a backup'))(
  '%s: a file of 2 GiB is refused before it is read',
  async (reader, read) => {
    const path = join(folder, names[reader] ?? 'file');
    writeFileSync(path, '');
    // Without a block on the disk.
    truncateSync(path, 2 * 1024 ** 3);
    await expect(read(path)).rejects.toMatchObject({message: expect.stringMatching(/2,048 MiB; the limit is/)});
  },
);

test('a text has no byte order mark, no NUL byte and is UTF-8', () => {
  const path = join(folder, 'text');
  const bounds = {limitBytes: 100};
  writeFileSync(path, '\uFEFFmodel: ünï');
  expect(readTextFile(path, bounds)).toBe('model: ünï');
  for (const [bytes, said] of [
    [Buffer.from('a\0b'), 'NUL'],
    [Buffer.from([0x61, 0xff]), 'UTF-8'],
  ] as const) {
    writeFileSync(path, bytes);
    expect(() => readTextFile(path, bounds)).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringContaining(said)}),
    );
  }
});

test('the limit holds for a file that grows, or hides its size', () => {
  expect(() => readTextFile('/proc/self/status', {limitBytes: 10})).toThrow(/more than/);
  expect(readTextFile('/proc/self/status', {limitBytes: 100_000})).toContain('Pid:');
});

test.each([
  [
    'aliases that unfold to billions',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`).join('\n')}\n`,
  ],
  ['nesting without an end', '['.repeat(60_000)],
  ['an alias of itself', 'edition: &a [*a]'],
])(
  'sutra.yaml: %s are a mistake in the file, not a defect of ours',
  async (_, text) => {
    writeFileSync(join(folder, settingsFile), text);
    await expect(resolveStack(nodeSystem(signal(), folder), [])).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(settingsFile),
    });
  },
  10_000,
);
