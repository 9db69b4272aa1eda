import {mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {stringify} from 'yaml';
import {planOf} from '../support/plans.js';
import {type StackFolder, stackFolder} from '../support/stack.js';

// Clears the screen, sets the title, reverses what follows, and begins a line that looks like one of ours.
const evil = '\x1b[2J\x1b]0;owned\x07\x9b8m\u202e\nAPI            http://evil.example';
const acting = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const forged = /^API {12}http:\/\/evil/m;

let folder: StackFolder;
beforeAll(async () => {
  folder = stackFolder();
  await mkdir(join(folder.path, '.sutra'), {mode: 0o700});
});
afterAll(() => folder[Symbol.asyncDispose]());

async function deployedPlan(): Promise<void> {
  const plan = planOf({model: 'all-MiniLM-L6-v2-int8'});
  const [service, ...others] = plan.services;
  if (service === undefined) throw new Error('a plan without services');
  const services = [{...service, name: evil, replicas: [evil], env: {...service.env, [evil]: evil}}, ...others];
  const evilPlan = {...plan, project: evil, modelSource: evil, services};
  await writeFile(join(folder.path, '.sutra', 'plan.json'), JSON.stringify(evilPlan));
}

test.each([
  ['status', []],
  ['diff', ['--model', 'all-MiniLM-L6-v2-int8']],
  ['deploy', ['--model', 'all-MiniLM-L6-v2-int8']],
  ['logs', [evil]],
  ['cache stats', []],
  ['validate', ['--phases', evil]],
  ['bench', ['--url', evil]],
  ['bench', ['--threshold', evil]],
  ['scale', [evil]],
  ['no-such-command', [evil]],
  [`status${evil}`, []],
  ['status', [`--${evil}`]],
])('%j shows what a terminal would act on: a plan.json and arguments', async (command, args) => {
  await deployedPlan();
  const {stdout, stderr} = await folder.run([...command.split(' ').slice(0, 2), ...args]);
  expect(stdout + stderr).not.toMatch(acting);
  expect(stdout + stderr).not.toMatch(forged);
});

test.each([
  ['model', {model: evil}],
  ['an unknown key', {[evil]: 1}],
  ['a value of the wrong kind', {edition: evil}],
  ['a project', {project: evil}],
])('a sutra.yaml with %s', async (_what, settings) => {
  await writeFile(join(folder.path, 'sutra.yaml'), stringify(settings));
  const {exitCode, stdout, stderr} = await folder.run(['diff']);
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).not.toMatch(acting);
  expect(stdout + stderr).not.toMatch(forged);
});

test('colours of ours are still there, and --json is the same value in plain characters', async () => {
  await rm(join(folder.path, 'sutra.yaml'));
  await deployedPlan();
  const coloured = await folder.run(['diff', '--model', 'all-MiniLM-L6-v2-int8'], {NO_COLOR: '', FORCE_COLOR: '1'});
  expect(coloured.stdout).toContain('\x1b[3');
  expect(coloured.stdout).toContain('\\x1b[2J');
  expect(stripVTControlCharacters(coloured.stdout)).not.toMatch(acting);
  const {json, stdout} = await folder.run(['diff', '--json', '--model', 'all-MiniLM-L6-v2-int8']);
  expect(JSON.stringify(json)).toContain(JSON.stringify(evil).slice(1, -1));
  expect(stdout).not.toMatch(acting);
});
