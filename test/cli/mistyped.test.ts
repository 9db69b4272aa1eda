import {mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {sutraHere} from '../support/cli-here.js';
import {expectUsersMistake} from '../support/users-mistake.js';

// Flags, settings and addresses that are nearly right: what was probably meant is said.

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sutra-mistyped-')));
});
afterAll(() => rmSync(root, {recursive: true, force: true}));

const sutra = (args: string[], {cwd = root, env = {}} = {}) =>
  sutraHere(args, {cwd, env: {HOME: root, SUTRA_RUNTIME: 'process', ...env}});

it.each([
  [['diff', '--editon', 'simple'], 'unknown flag --editon; did you mean --edition?'],
  [['diff', '--no-cahce'], 'unknown flag --no-cahce; did you mean --no-cache?'],
  [
    ['diff', '--edition', 'simpel'],
    '--edition=simpel is not one of simple, community, enterprise; did you mean simple?',
  ],
  [['diff', '--edition', 'zzzzzz'], '--edition=zzzzzz is not one of simple, community, enterprise'],
  [['bench', 'matrix', '--quick'], '--options is missing'],
  [['scale'], 'missing: replicas, replica count of the models, or SERVICE=N, one or more'],
  [['bench', '--workload', 'zpif:1.1:10'], 'unknown workload "zpif": did you mean zipf?'],
])('%j', async (args, message) => {
  const seen = await sutra(args);
  expectUsersMistake(seen, message);
  expect(seen.stderr).toContain(`${message}\n`);
});

it.each(['sutra.yml', '.sutra.yaml', '.sutra.yml', 'Sutra.yaml', 'Sutra.yml', 'sutra.json'])('%s', async (name) => {
  const cwd = mkdtempSync(join(root, 'settings-'));
  writeFileSync(join(cwd, name), 'edition: simple');
  const meant = `${join(cwd, name)} is not read: settings are read from sutra.yaml`;
  expectUsersMistake(await sutra(['diff'], {cwd}), meant);
  writeFileSync(join(cwd, 'sutra.yaml'), 'edition: simple');
  // What a command printed may be called sutra.json.
  if (name === 'sutra.json') expect(await sutra(['diff'], {cwd})).toMatchObject({exitCode: 0});
  else expectUsersMistake(await sutra(['diff'], {cwd}), `${meant}, which is there too`);
});

it('a link to sutra.yaml is no second file', async () => {
  const cwd = mkdtempSync(join(root, 'settings-'));
  writeFileSync(join(cwd, 'sutra.yaml'), 'edition: simple');
  symlinkSync('sutra.yaml', join(cwd, 'sutra.yml'));
  expect(await sutra(['diff'], {cwd})).toMatchObject({exitCode: 0});
});

it.each([
  ['edition: *nope', 'sutra.yaml:1:10: *nope refers to an anchor &nope'],
  ['edition: simple\n---\nedition: simple\n', 'sutra.yaml:2:1: a second document begins here'],
  ['editon: simple', 'did you mean edition?'],
  ['edition: simpel', 'did you mean simple?'],
  ['cache: {ttlSecond: 1}', 'did you mean ttlSeconds?'],
  ['ports: {statz: 1}', 'did you mean stats?'],
  ['tls: "a\\0b"', 'tls: must not contain a NUL character'],
])('sutra.yaml: %j', async (content, message) => {
  const cwd = mkdtempSync(join(root, 'settings-'));
  writeFileSync(join(cwd, 'sutra.yaml'), content);
  expectUsersMistake(await sutra(['diff'], {cwd}), message);
});

const withEngine = (host: string) => sutra(['diff'], {env: {SUTRA_RUNTIME: 'compose', DOCKER_HOST: host}});

it.each(['ssh://me@there', 'fd://me@there'])('an engine of another machine: %s', async (host) => {
  const shown = host.replace('me', '…');
  expectUsersMistake(await withEngine(host), `DOCKER_HOST=${shown} is not supported`);
});

it.each(['unix:///no/such.sock', 'tcp://127.0.0.1:9', 'http://127.0.0.1:9', 'https://127.0.0.1:9'])(
  'an engine that may be on this machine is asked: %s',
  async (host) => {
    const {exitCode, stderr} = await withEngine(host);
    expect(stderr).toMatch(new RegExp(`^Error: .*Docker engine .*at DOCKER_HOST=${host}`, 'm'));
    expect(exitCode).toBe(3);
  },
);
