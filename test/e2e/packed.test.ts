import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {leaseOffset} from '../support/ports.js';
import {type Run, repository} from '../support/stack.js';

const exec = promisify(execFile);
const root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-packed-')));
const path = (name: string) => join(root, name);
const [prefix, elsewhere, home, compilers] = [path('prefix'), path('elsewhere'), path('home'), path('compilers')];
const product = join(prefix, 'lib/node_modules/sutra');
const portOffset = await leaseOffset();

/**
 * Packs this checkout and installs the tarball as a user does, into a prefix of its own, on a machine that cannot
 * compile: ssh2, of dockerode, has an optional part that npm would otherwise build.
 */
beforeAll(async () => {
  for (const folder of [prefix, elsewhere, home, compilers]) mkdirSync(folder);
  for (const name of ['make', 'cc', 'c++', 'gcc', 'g++', 'clang', 'python3'])
    writeFileSync(join(compilers, name), '#!/bin/sh\nexit 127\n', {mode: 0o755});
  const {stdout} = await exec('npm', ['pack', '--silent', '--pack-destination', root], {cwd: repository});
  const tarball = join(root, String(stdout.trim().split('\n').at(-1)));
  const flags = [
    '--global',
    '--prefix',
    prefix,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts=false',
  ];
  const env = {...process.env, PATH: `${compilers}:${process.env.PATH}`};
  await exec('npm', ['install', ...flags, tarball], {cwd: elsewhere, env, maxBuffer: 10_000_000});
});
afterAll(async () => {
  await sutra('stop');
  rmSync(root, {recursive: true});
});

/** The installed command in a folder of another user's kind: its own home, nothing of this checkout but the models. */
async function sutra(...args: string[]): Promise<Run> {
  const models =
    process.env.SUTRA_MODEL_STORE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sutra/models');
  const env = {PATH: process.env.PATH, HOME: home, NO_COLOR: '1', SUTRA_RUNTIME: 'process', SUTRA_MODEL_STORE: models};
  const run = exec(join(prefix, 'bin/sutra'), args, {cwd: elsewhere, env});
  return await run.then(
    ({stdout, stderr}) => ({exitCode: 0, stdout, stderr, json: undefined}),
    ({code, stdout, stderr}) => ({exitCode: code, stdout, stderr, json: undefined}),
  );
}

/** Every file of the installed package and its dependencies, with the time it was last written. */
function written(): string[] {
  const names = readdirSync(product, {recursive: true, encoding: 'utf8'}).sort();
  return names.map((name) => `${name} ${statSync(join(product, name)).mtimeMs}`);
}

test('the tarball installs from anywhere, without CUDA', async () => {
  expect(await sutra('--version')).toMatchObject({exitCode: 0, stdout: expect.stringMatching(/^sutra\/\d/)});
  const names = readdirSync(join(product, 'node_modules/onnxruntime-node'), {recursive: true, encoding: 'utf8'});
  expect(names.filter((name) => /libonnxruntime\.so/.test(name))).not.toEqual([]);
  expect(names.filter((name) => /cuda|tensorrt/i.test(name))).toEqual([]);
});

test('the installed command deploys, embeds and destroys in an unrelated folder, and writes nothing into its own', async () => {
  const before = written();
  const flags = ['--model', 'all-MiniLM-L6-v2-int8', '--port-offset', String(portOffset)];
  const deployed = await sutra('deploy', '--json', ...flags);
  expect(deployed, deployed.stderr + deployed.stdout).toMatchObject({exitCode: 0});
  const {urls} = JSON.parse(deployed.stdout) as {urls: {api: string}};
  const answer = await fetch(`${urls.api}/embed`, {
    method: 'POST',
    body: JSON.stringify({texts: ['a packed sentence']}),
  });
  const {embeddings} = (await answer.json()) as {embeddings: number[][]};
  expect(embeddings[0]).toHaveLength(384);
  expect(await sutra('destroy', '--yes')).toMatchObject({exitCode: 0});
  await expect(fetch(`${urls.api}/health`)).rejects.toThrow();
  expect(written()).toEqual(before);
});

test('images can be built from the package: what it stages compiles in a folder of its own', async () => {
  const context = join(root, 'context');
  const stage = `import {stageContext} from ${JSON.stringify(join(product, 'dist/images/build-context.js'))};
    await stageContext(${JSON.stringify(context)});`;
  await exec(process.execPath, ['--input-type=module', '--eval', stage], {cwd: elsewhere});
  const ci = [
    'ci',
    '--workspace',
    'templates/cache',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  await exec('npm', ci, {cwd: context, maxBuffer: 10_000_000});
  await exec(join(context, 'node_modules/.bin/tsc'), ['-b', 'templates/cache'], {cwd: context});
  expect(readdirSync(join(context, 'templates/cache/dist'))).toContain('main.js');
});
