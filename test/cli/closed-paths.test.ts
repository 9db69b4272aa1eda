// needs: root
import {execFileSync} from 'node:child_process';
import {chmodSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {CliRun} from '../support/cli-here.js';

// Every command that takes a path, as a user to whom the path is closed. Root may read all of them.

const root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-closed-paths-')));
const at = (path: string) => join(root, path);
const noLoad = ['bench', '--url', 'http://127.0.0.1:9'];

/** The command, and the path that its error must name. */
const closed: Record<string, [string[], string]> = {
  '--folder that is closed': [['status', '--folder', at('closed')], at('closed')],
  '--folder below a closed one': [['status', '--folder', at('closed/below')], at('closed/below')],
  'restore FILE': [['restore', at('file')], at('file')],
  'restore FILE in a closed folder': [['restore', at('closed/file')], at('closed/file')],
  'cache warm FILE': [['cache', 'warm', at('file')], at('file')],
  '--tls-cert': [['diff', '--edition', 'community', '--tls-cert', at('file')], at('file')],
  '--workload texts:': [[...noLoad, '--workload', `texts:${at('file')}`], at('file')],
  '--workload trace:': [[...noLoad, '--workload', `trace:${at('file')}`], at('file')],
  '--model': [['diff', '--model', at('closed')], at('closed')],
  'backup FILE in a closed folder': [['backup', at('closed/new')], at('closed')],
  'backup FILE in a folder that may only be read': [['backup', at('readable/new')], at('readable')],
  '--html': [[...noLoad, '--html', at('closed/new')], at('closed')],
  'sutra.yaml': [['diff', '--folder', at('settings')], at('settings/sutra.yaml')],
  'a folder that may only be read': [['generate', '--folder', at('readable')], at('readable')],
};

let runs: CliRun[];
beforeAll(() => {
  chmodSync(root, 0o755);
  for (const folder of ['closed', 'readable', 'settings']) mkdirSync(at(folder));
  for (const file of ['file', 'settings/sutra.yaml']) writeFileSync(at(file), '', {mode: 0o600});
  chmodSync(at('closed'), 0o700);
  if (!isOpen(checkout)) return;
  const child = join(checkout, 'test/support/other-user-child.ts');
  const asked = {cwd: root, commands: Object.values(closed).map(([args]) => args)};
  const args = ['--import', 'tsx', child, JSON.stringify(asked)];
  runs = JSON.parse(execFileSync(process.execPath, args, {cwd: checkout, encoding: 'utf8'}));
}, 60_000);
afterAll(() => rmSync(root, {recursive: true}));

const checkout = resolve(import.meta.dirname, '../..');

/** Whether other users reach a folder. */
function isOpen(folder: string): boolean {
  return (lstatSync(folder).mode & 0o005) === 0o005 && (folder === '/' || isOpen(dirname(folder)));
}

it.for(Object.entries(closed).map(([name, [, path]], index) => ({name, path, index})))(
  '$name',
  ({path, index}, {skip}) => {
    skip(!isOpen(checkout), 'other users cannot reach this checkout');
    const {exitCode, stderr} = runs[index] as CliRun;
    expect(stderr).toMatch(/^Error: .*permission/m);
    expect(stderr.split('\n').find((line) => line.startsWith('Error: '))).toContain(path);
    expect(stderr).toMatch(/^ {2}try: \S/m);
    expect(exitCode).toBe(3);
  },
);
