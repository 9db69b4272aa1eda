import {execFile} from 'node:child_process';
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect, it, onTestFinished} from 'vitest';
import {repository} from './support/stack.js';

const exec = promisify(execFile);
const page = readFileSync(join(repository, 'docs/adding-a-check.md'), 'utf8');
const modules = join(repository, 'node_modules');

/** The code of the page's blocks, and the files that the text before them names. */
const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map((match) => String(match[1]));
const files = [...page.matchAll(/in `((?:src|test)\/experiment\/\S+\.ts)`/g)].map((match) => String(match[1]));

it('the check of docs/adding-a-check.md compiles where the page puts it, is listed, and its test passes', async () => {
  const [check = '', importLine = '', entry = '', test = ''] = blocks;
  const [checkFile = '', listFile = '', testFile = ''] = files;
  expect([blocks.length, files.length]).toEqual([4, 3]);
  const copy = copyOfCheckout();
  writeFileSync(join(copy, checkFile), check);
  writeFileSync(join(copy, testFile), test);
  const list = readFileSync(join(copy, listFile), 'utf8');
  const listed = list.replace('export const checks = [\n', (start) => `${start}${entry}`);
  expect(listed).not.toBe(list);
  writeFileSync(join(copy, listFile), `${importLine}${listed}`);
  const compilerOptions = {composite: false, incremental: false, declaration: false, noEmit: true, rootDir: '.'};
  const project = {extends: './tsconfig.base.json', compilerOptions, include: [checkFile, listFile, testFile]};
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(project));
  await passes(copy, [join(modules, 'typescript/bin/tsc'), '-p', '.']);
  await passes(copy, [join(modules, 'vitest/vitest.mjs'), 'run', '--root', copy, testFile]);
}, 180_000);

function copyOfCheckout(): string {
  const copy = mkdtempSync(join(tmpdir(), 'sutra-adding-a-check-'));
  onTestFinished(() => rmSync(copy, {recursive: true}));
  for (const path of ['package.json', 'src', 'test/experiment/validate', 'test/support', 'tsconfig.base.json']) {
    cpSync(join(repository, path), join(copy, path), {recursive: true});
  }
  symlinkSync(modules, join(copy, 'node_modules'));
  return copy;
}

/** A Node program whose output is the reason of the failure. */
async function passes(cwd: string, args: string[]): Promise<void> {
  const run = await exec(process.execPath, args, {cwd}).catch((error: {stdout: string; stderr: string}) => error);
  expect(run, run.stdout + run.stderr).not.toHaveProperty('code');
}
