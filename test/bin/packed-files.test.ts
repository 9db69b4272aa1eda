import {execFile} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {beforeAll, expect, it, onTestFinished} from 'vitest';
import {z} from 'zod';
import {repository} from '../support/stack.js';

const exec = promisify(execFile);
const mostFiles = 900;
const mostUnpackedBytes = 4_000_000;

const packedSchema = z.object({unpackedSize: z.int(), files: z.array(z.object({path: z.string()}))});

let paths: string[];
let unpackedBytes: number;
beforeAll(async () => {
  const args = ['pack', '--dry-run', '--json', '--silent', '--ignore-scripts'];
  const {stdout} = await exec('npm', args, {cwd: repository, maxBuffer: 10_000_000});
  // An array, or since npm 12 an object by package name.
  const [packed] = Object.values(
    z.record(z.string(), packedSchema).or(z.array(packedSchema)).parse(JSON.parse(stdout)),
  );
  paths = packed?.files.map(({path}) => path) ?? [];
  unpackedBytes = packed?.unpackedSize ?? Number.NaN;
}, 60_000);

it('the package has these folders and files at its top, and no others', () => {
  expect([...new Set(paths.map((path) => path.split('/')[0]))].sort()).toEqual([
    ...['LICENSE', 'README.md', 'VERSION', 'bin', 'compose', 'dist', 'haproxy', 'oclif.manifest.json'],
    ...['package.json', 'schemas', 'templates', 'tsconfig.base.json'],
  ]);
});

it('no test, source map, type declaration or build record is in the package, and no dependency', () => {
  expect(paths.filter((path) => /\.(map|d\.ts|test\.ts|tsbuildinfo)$|(^|\/)(test|\.built)(\/|$)/.test(path))).toEqual(
    [],
  );
  expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
  expect(paths.filter((path) => path.startsWith('bin/')).sort()).toEqual(['bin/preinstall.js', 'bin/run.js']);
});

it('what was compiled imports the contract by path: a package has no workspaces', () => {
  const compiled = paths
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(join(repository, path), 'utf8'));
  expect(compiled.filter((code) => /(from |import\()['"]@sutra\//.test(code))).toEqual([]);
  expect(compiled.filter((code) => code.includes('contract/dist/'))).not.toEqual([]);
});

it('the package stays small', () => {
  expect(paths.length).toBeLessThan(mostFiles);
  expect(unpackedBytes).toBeLessThan(mostUnpackedBytes);
});

it('what runs is in the package, and so is what images are built from', () => {
  const wanted = [
    ...[
      'dist/commands/deploy.js',
      'dist/runtime/process/supervisor/supervisor.js',
      'dist/experiment/load/engine/load-worker.js',
    ],
    ...['cache', 'embedder'].flatMap((name) =>
      ['dist/main.js', 'Dockerfile'].map((file) => `templates/${name}/${file}`),
    ),
    ...['cache', 'contract', 'embedder'].flatMap((name) =>
      ['package.json', 'tsconfig.json'].map((file) => `templates/${name}/${file}`),
    ),
    ...['templates/contract/src/model-entry.ts', 'templates/cache/src/main.ts', 'templates/embedder/src/main.ts'],
    ...['templates/contract/dist/model-entry.js'],
    ...['dist/package-lock.json', 'haproxy/Dockerfile', 'compose/healthcheck.sh'],
  ];
  expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
});

/** A package installed beside an onnxruntime-node whose install script would download; returns that script's path. */
function installed(): {preinstall: string; script: string} {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-preinstall-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const [bin, script] = [join(folder, 'sutra/bin'), join(folder, 'node_modules/onnxruntime-node/script/install.js')];
  mkdirSync(bin, {recursive: true});
  mkdirSync(join(script, '..'), {recursive: true});
  writeFileSync(join(folder, 'sutra/package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'node_modules/onnxruntime-node/package.json'), '{"name":"onnxruntime-node"}');
  writeFileSync(script, 'process.exit(7);');
  cpSync(join(repository, 'bin/preinstall.js'), join(bin, 'preinstall.js'));
  return {preinstall: join(bin, 'preinstall.js'), script};
}

it('before dependencies run their install scripts, the one that would fetch CUDA is made to do nothing', async () => {
  const {preinstall, script} = installed();
  await exec(process.execPath, [preinstall]);
  await exec(process.execPath, [script]);
  expect(readFileSync(script, 'utf8')).toContain('Replaced by sutra');
});

it('a user who asks for further files gets the script as it is', async () => {
  const {preinstall, script} = installed();
  await exec(process.execPath, [preinstall], {env: {...process.env, ONNXRUNTIME_NODE_INSTALL: 'cuda12'}});
  expect(readFileSync(script, 'utf8')).toBe('process.exit(7);');
});

it('without onnxruntime-node there is nothing to do', async () => {
  const {preinstall, script} = installed();
  rmSync(join(script, '../..'), {recursive: true});
  await exec(process.execPath, [preinstall]);
  expect(existsSync(script)).toBe(false);
});
