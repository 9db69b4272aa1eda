import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {sutraHere} from '../support/cli-here.js';

it.each([
  [['bench', 'matrix', '--options', 'cache', '--repeats', '2'], '--repeats 2'],
  [['bench', '--compare', 'main', '--repeat', '3'], '--repeat 3'],
  [['bench', '--save', 'main', '--repeat', '3'], '--repeat 3'],
])('%j is refused at the start: it could not be judged', async (args, said) => {
  const folder = await mkdtemp(join(tmpdir(), 'sutra-repeats-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  const run = await sutraHere([...args, '--folder', folder], {env: {SUTRA_RUNTIME: 'process'}});
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(`${said}: a comparison needs at least 10 repeats of each side`);
  expect(run.stderr).toContain('--quick');
  expect(await readdir(folder)).toEqual([]);
});
