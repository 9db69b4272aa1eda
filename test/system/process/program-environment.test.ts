import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {upCommand} from '../../../src/runtime/compose/compose-command.js';
import {npmRegistry} from '../../../src/system/http/npm-registry.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {programEnvironment} from '../../../src/system/process/program-environment.js';
import {runProgram} from '../../../src/system/process/run-program.js';
import {streamProgram} from '../../../src/system/process/stream-program.js';
import {needs} from '../../support/skip.js';
import {missingTool} from '../../support/tools.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-environment-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, {recursive: true, force: true});
});

test('git gets none of the variables that git itself calls local to a repository', () => {
  const local = execFileSync('git', ['rev-parse', '--local-env-vars'], {encoding: 'utf8'}).trim().split('\n');
  expect(local).toContain('GIT_DIR');
  const env = Object.fromEntries([...local, 'GIT_CEILING_DIRECTORIES', 'GIT_NAMESPACE'].map((name) => [name, 'x']));
  const reach = {GIT_SSH_COMMAND: 'ssh -4', GIT_SSL_CAINFO: '/ca', GIT_CONFIG_GLOBAL: '/g', PATH: '/bin'};
  expect(programEnvironment('git', {...env, ...reach})).toEqual(reach);
});

test('docker gets neither Compose’s variables nor another platform, and keeps how the engine is reached', () => {
  const steering = {COMPOSE_FILE: 'x', COMPOSE_PROJECT_NAME: 'x', COMPOSE_PROFILES: 'x', DOCKER_DEFAULT_PLATFORM: 'x'};
  const reach = {DOCKER_HOST: 'unix:///x', DOCKER_CONFIG: '/c', BUILDX_BUILDER: 'b', HTTPS_PROXY: 'http://p'};
  expect(programEnvironment('docker', {...steering, ...reach})).toEqual(reach);
});

test('npm gets nothing that changes what is installed where, and keeps how the registry is reached', () => {
  const steering = {NODE_ENV: 'production', npm_config_omit: 'dev', NPM_CONFIG_PREFIX: '/x', npm_package_name: 'x'};
  const reach = {
    // What an .npmrc may refer to.
    NPM_TOKEN: 'secret',
    npm_config_registry: 'https://r',
    'npm_config_@me:registry': 'https://m',
    NPM_CONFIG_CAFILE: '/ca',
    HOME: '/h',
  };
  expect(programEnvironment('npm', {...steering, ...reach})).toEqual(reach);
});

test('both ways to run a program leave the variables out, and put those of the call over the rest', async () => {
  vi.stubEnv('GIT_DIR', '/none');
  const command: [string, string[]] = ['git', ['-c', 'alias.e=!env', 'e']];
  const options = {timeoutMs: 5_000, signal: AbortSignal.timeout(5_000), env: {OVER: '1'}};
  const lines: string[] = [];
  const {stdout = ''} = (await runProgram(command, options)) ?? {};
  await streamProgram(command, {...options, onLine: (line) => lines.push(line)});
  for (const seen of [stdout.split('\n'), lines]) {
    expect(seen).toContain('OVER=1');
    expect(seen).not.toContain('GIT_DIR=/none');
  }
});

test('npm prints its registry as a plain address, whatever output the variables ask for', async () => {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_json: 'true',
    npm_config_userconfig: join(folder, 'npmrc'),
  };
  writeFileSync(join(folder, 'npmrc'), 'registry=https://registry.example.com/npm/\n');
  const system = {...nodeSystem(AbortSignal.timeout(15_000), folder), env};
  expect(await npmRegistry(system, system.signal)).toBe('https://registry.example.com/npm');
});

test('Compose reads its own file alone: no variable and no .env file of the folder adds to it', async (context) => {
  needs(context, missingTool('compose'));
  const file = join(folder, 'compose/production.yml');
  execFileSync('mkdir', [join(folder, 'compose')]);
  writeFileSync(file, 'services:\n  one: {image: one}\n  two: {image: "two$TAG", profiles: [extra]}\n');
  for (const place of [folder, join(folder, 'compose')]) {
    writeFileSync(join(place, '.env'), 'TAG=:evil\nCOMPOSE_PROFILES=extra\nCOMPOSE_PROJECT_NAME=other\n');
  }
  vi.stubEnv('COMPOSE_PROFILES', 'extra');
  vi.stubEnv('COMPOSE_FILE', join(folder, 'none.yml'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  const [program, args] = upCommand({project: 'mine', stateFolder: folder}, []);
  const asked: [string, string[]] = [program, [...args.slice(0, args.indexOf('up')), 'config', '--format', 'json']];
  const run = await runProgram(asked, {timeoutMs: 15_000, signal: AbortSignal.timeout(15_000)});
  expect(run).toMatchObject({exitCode: 0});
  const {name, services} = JSON.parse(run?.stdout ?? '');
  expect({name, services: Object.keys(services)}).toEqual({name: 'mine', services: ['one']});
});
