import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {execaNode} from 'execa';
import {expect, it, onTestFinished} from 'vitest';

const entryPoint = resolve(import.meta.dirname, '../../bin/run.js');

it.each([
  [['bench', 'matrix', '--options', 'cache', '--repeats', '2'], '--repeats 2'],
  [['bench', '--compare', 'main', '--repeat', '3'], '--repeat 3'],
  [['bench', '--save', 'main', '--repeat', '3'], '--repeat 3'],
])('%j is refused at the start: it could not be judged', {timeout: 60_000}, async (args, said) => {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-repeats-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  const run = await execaNode(entryPoint, [...args, '--folder', folder], {
    env: {SUTRA_RUNTIME: 'process'},
    reject: false,
  });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(`${said}: a judgement needs 10 of each side`);
  expect(run.stderr).toContain('--quick');
  expect(await readdir(folder)).toEqual([]);
});
