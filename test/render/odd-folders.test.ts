// needs: compose, haproxy
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {renderCompose} from '../../src/render/compose/compose.js';
import {renderHaproxy} from '../../src/render/haproxy/haproxy.js';
import {upCommand} from '../../src/runtime/compose/compose-command.js';
import {runProgram} from '../../src/system/process/run-program.js';
import {generateCertificate} from '../../src/system/tls/generated-certificate.js';
import {imageOf} from '../../src/topology/images.js';
import {planOf} from '../support/plans.js';

/** Names that mean something to a shell, to YAML, to Compose, to HAProxy or to a template. */
const names = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what Compose would replace.
  'team${A}',
  '$A $$B $',
  'two  words ',
  `'single' "double"`,
  'a#b # c',
  'ünï-日本',
  '%20%s%%',
  'back\\slash',
  'colon: comma, [x] {y} *z &w !v |',
  'new\nline',
];

let above: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'odd-'));
});
afterEach(() => rmSync(above, {recursive: true, force: true}));

const signal = () => AbortSignal.timeout(20_000);
const plan = planOf({edition: 'community', runtime: 'compose', tls: 'generated', rateLimit: 600}, 2, 'f1ce9a0b77d2');

interface Configured {
  services: Record<string, {volumes?: {source: string}[]; labels: Record<string, string>}>;
  secrets: Record<string, {file: string}>;
}

test.each(names)('docker compose reads every path of a stack in the folder %j as it is', async (name) => {
  const stateFolder = join(above, name, '.sutra');
  const site = {
    images: {
      embedder: imageOf('embedder', '1'),
      cache: imageOf('cache', '1'),
      'load-balancer': imageOf('load-balancer', '1'),
    },
    modelFolder: join(above, name, 'model'),
    stateFolder,
    user: '10001:10001',
    secretsDigest: '',
    cacheSecretId: null,
    haproxyVersion: {major: 3, minor: 0},
    startInterval: false,
  };
  for (const {path, text} of renderCompose(plan, site)) {
    mkdirSync(dirname(join(stateFolder, path)), {recursive: true});
    writeFileSync(join(stateFolder, path), text);
  }
  const [program, args] = upCommand({project: 'odd', stateFolder}, []);
  const options = {timeoutMs: 20_000, signal: signal(), env: {A: 'REPLACED', B: 'REPLACED'}};
  const run = await runProgram(
    [program, [...args.slice(0, args.indexOf('up')), 'config', '--format', 'json']],
    options,
  );
  expect(run).toMatchObject({exitCode: 0, stderr: ''});
  const {services, secrets} = unescaped(JSON.parse(run?.stdout ?? '')) as Configured;
  const sources = (service: string) => services[service]?.volumes?.map(({source}) => source);
  expect(sources('ml-base-1')).toEqual([site.modelFolder]);
  expect(sources('ml-base-lb')).toEqual([join(stateFolder, 'haproxy'), join(stateFolder, 'secrets')]);
  expect(secrets['api-keys']?.file).toBe(join(stateFolder, 'secrets/api-keys'));
  const folders = Object.values(services).map(({labels}) => labels['dev.sutra.folder']);
  expect(new Set(folders)).toEqual(new Set([stateFolder]));
});

/** `config` prints what could be read again: a dollar sign as two. */
function unescaped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('$$', '$'));
}

test.each(['1_000', 'yes', '0x10', '1e3', 'null', '017'])('a project called %s stays a text', async (project) => {
  const odd = planOf({runtime: 'compose', project});
  const site = {
    images: {embedder: 'e', cache: 'c', 'load-balancer': 'l'},
    ...{
      modelFolder: '/m',
      stateFolder: '/s',
      user: '1:1',
      secretsDigest: '',
      cacheSecretId: null,
      startInterval: false,
    },
    haproxyVersion: {major: 3, minor: 0},
  };
  const [file] = renderCompose(odd, site);
  writeFileSync(join(above, 'file.yml'), file?.text ?? '');
  const args = ['compose', '--file', join(above, 'file.yml'), 'config', '--format', 'json'];
  const run = await runProgram(['docker', args], {timeoutMs: 20_000, signal: signal()});
  expect(run).toMatchObject({exitCode: 0});
  const {name, services} = JSON.parse(run?.stdout ?? '') as {name: string} & Configured;
  expect(name).toBe(project);
  for (const {labels} of Object.values(services)) expect(labels['dev.sutra.project']).toBe(project);
});

test.each(names.filter((name) => !name.includes('\n')))('HAProxy reads every path below %j as it is', async (name) => {
  const folder = join(above, name);
  mkdirSync(folder);
  const files = {
    certificate: join(folder, 'tls.pem'),
    keys: join(folder, 'api-keys'),
    config: join(folder, 'haproxy.cfg'),
  };
  writeFileSync(files.certificate, await generateCertificate('localhost', Date.now()));
  writeFileSync(files.keys, `${'0'.repeat(64)}\n`);
  const text = renderHaproxy(plan, {
    version: {major: 2, minor: 6},
    resolvesNames: false,
    bindAddress: () => '127.0.0.1',
    tlsCertificate: files.certificate,
    apiKeyFile: files.keys,
    // In the folder of the user's session, which cannot have a comma.
    adminSocket: join(folder.replaceAll(',', ''), 'admin.sock'),
    probeAddress: `unix@${join(folder.replaceAll(',', ''), 'probe.sock')}`,
    servers: () => [{name: 'one', address: '127.0.0.1', port: 8_891}],
  })
    .map((part) => part.text)
    .join('\n');
  writeFileSync(files.config, text);
  expect(() =>
    execFileSync('haproxy', ['-c', '-f', files.config], {stdio: 'pipe', env: {...process.env, A: 'x'}}),
  ).not.toThrow();
});
