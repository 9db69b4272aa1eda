import {glob, readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {differenceExit, failures, verdictExit, wholenessExit} from '../src/errors.js';
import {manifestCommands} from './support/manifest.js';
import {reference} from './support/reference.js';
import {needsOf} from './support/tools.js';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

it('VERSION is the version of every package', async () => {
  const version = (await read('VERSION')).trim();
  for (const folder of ['.', 'templates/cache', 'templates/contract', 'templates/embedder']) {
    expect(JSON.parse(await read(`${folder}/package.json`)).version).toBe(version);
  }
});

it('what the services and the contract import is a dependency of the package that brings them along', async () => {
  const {dependencies: ours} = JSON.parse(await read('package.json'));
  for (const name of ['cache', 'contract', 'embedder']) {
    const {dependencies} = JSON.parse(await read(`templates/${name}/package.json`));
    const {'@sutra/contract': _, ...published} = dependencies;
    expect(ours).toMatchObject(published);
  }
});

it('the lockfile names no download address', async () => {
  expect(await read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

it('every exit code is in the README', async () => {
  const readme = await read('README.md');
  const codes = [
    ...Object.values(failures).map(({exit}) => exit),
    ...[verdictExit, wholenessExit, differenceExit].flatMap((exits) => Object.values(exits)),
  ];
  for (const code of new Set(codes)) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
});

it('every command is in the README', async () => {
  const [readme, manifest] = await Promise.all([read('README.md'), read('oclif.manifest.json')]);
  for (const id of Object.keys(JSON.parse(manifest).commands))
    expect(readme).toContain(`\`sutra ${id.replaceAll(':', ' ')}`);
});

it('commands and their flags are what command-snapshot.json says', async () => {
  const {commands} = JSON.parse(await read('oclif.manifest.json'));
  const rows = Object.entries<{args: object; flags: object}>(commands).map(
    ([id, {args, flags}]) => [id, {args: Object.keys(args).sort(), flags: Object.keys(flags).sort()}] as const,
  );
  const surface = Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
  await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot('command-snapshot.json');
});

it('docs/reference.md is what the commands say', async () => {
  await expect(reference(await manifestCommands())).toMatchFileSnapshot('../docs/reference.md');
});

/** Who may open HTTP connections, and with which names. Node's default agents go through a proxy; these do not. */
const httpClients: Record<string, RegExp[]> = {
  'src/system/http/stack-agent.ts': [/\{Agent\} from 'undici'/],
  'src/system/http/http-agent.ts': [/from 'undici'/],
  // Both take a dispatcher from their caller, always.
  'src/system/http/http-get.ts': [/from 'undici'/],
  'src/system/http/http-json.ts': [/from 'undici'/],
  // One connection of its own: `agent: false`.
  'src/system/http/http-probe.ts': [/\{get\} = process\.getBuiltinModule\('node:http'\)/],
  'src/system/docker-engine.ts': [/require\('dockerode'\)/, /getBuiltinModule\(`node:\$\{protocol\}`\)\.Agent/],
  'templates/embedder/src/upstream/upstream-model.ts': [/\{Pool\} from 'undici'/],
};

/** Pauses that are no waits for something to happen, or have a rule of their own. */
const sleepers = [
  'src/system/poll.ts',
  // Between attempts, whose number is bounded; how long it takes is bounded by progress.
  'src/system/http/download.ts',
  // Follows a file until Ctrl-C.
  'src/runtime/process/logs/read-logs.ts',
  // Looks until Ctrl-C.
  'src/cli/live/watch.ts',
  // A window of measurement, and a known delay of counters.
  'src/runtime/process/stack-usage.ts',
  'src/experiment/bench/stack-figures.ts',
];

it('whatever waits for something does so through pollUntil, which ends', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found = new Set<string>();
  for await (const path of glob('src/**/*.ts', {cwd: root}))
    if (/\bclock\.sleep\(/.test(await read(path))) found.add(path);
  expect([...found].sort()).toEqual(sleepers.toSorted());
});

it('only the files named here open HTTP connections, so that none to a stack goes through a proxy', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found: string[] = [];
  for await (const path of glob(['src/**/*.ts', 'templates/*/src/**/*.ts'], {cwd: root})) {
    const lines = (await read(path)).split('\n').filter((line) => opensHttp(line));
    found.push(
      ...lines.filter((line) => !httpClients[path]?.some((one) => one.test(line))).map((line) => `${path}: ${line}`),
    );
  }
  expect(found).toEqual([]);
});

/** A value import of a client, or a global one; servers and types are none. */
function opensHttp(line: string): boolean {
  if (/\bfetch\(|new (WebSocket|EventSource)\(/.test(line)) return true;
  if (/getBuiltinModule\(|\b(require|import)\('(node:https?|node:http2|undici|dockerode)'/.test(line)) return true;
  if (!/^import (?!type )/.test(line) || !/from '(node:https?|node:http2|undici|dockerode)'/.test(line)) return false;
  const names = /\{(.*)\}/
    .exec(line)?.[1]
    ?.split(',')
    .map((name) => name.trim()) ?? ['default'];
  return names.some((name) => name !== 'createServer' && !name.startsWith('type '));
}

/** What a test file imports of test/support, and the tool that it needs for it. */
const toolOf = {
  docker: /support\/(docker|compose-stack|other-images|image-registry)\.js/,
  chromium: /support\/chromium\.js/,
  haproxy: /(exec|spawn)\w*\('haproxy'/,
  compose: /(exec|spawn)\w*\('docker', \[?'?(compose|args)/,
};

it('test files say which programs they need, so that a machine without them skips them by name', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const silent: string[] = [];
  for await (const path of glob('test/**/*.test.ts', {cwd: root})) {
    if (path.startsWith('test/slow/')) continue;
    const text = await read(path);
    for (const [tool, imported] of Object.entries(toolOf))
      if (imported.test(text) && !needsOf(path).includes(tool) && !text.includes(`missingTool('${tool}')`))
        silent.push(`${path} needs ${tool}`);
    // Left out without a reason that could be shown: `needs` of support/skip.ts gives one.
    if (/\b(it|test|describe)\.(skip|skipIf|runIf|todo|only)\b/.test(text)) silent.push(`${path} skips in silence`);
  }
  expect(silent).toEqual([]);
});
