import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {resolveStack} from '../../../src/stack/plans/resolve-stack.js';
import {emptyFolder} from '../../support/empty-folder.js';

const key = 'a-key-of-thirty-two-characters-00';

test('flags win over variables, variables over the sutra.yaml of the folder', async () => {
  const system = emptyFolder({SUTRA_EDITION: 'community', MATRYOSHKA_DIM: '256', ML_BASE_REPLICAS: '5'});
  writeFileSync(join(system.cwd, 'sutra.yaml'), 'dimension: 512\nreplicas: 4\nproject: fromfile\n');
  const {plan, topology} = await resolveStack(system, [{origin: '--dimension', settings: {dimension: 128}}]);
  expect(plan).toMatchObject({edition: 'community', dimension: 128, project: 'fromfile'});
  expect(plan.services.find(({name}) => name === 'ml-base')?.replicas).toHaveLength(5);
  expect(topology.origins).toMatchObject({
    dimension: '--dimension',
    edition: 'SUTRA_EDITION',
    replicas: 'ML_BASE_REPLICAS',
    project: 'sutra.yaml',
  });
});

test('the runtime is the one that was asked for, and it says by what', async () => {
  const {plan, runtimeReason} = await resolveStack(emptyFolder(), []);
  expect({runtime: plan.runtime, runtimeReason}).toEqual({
    runtime: 'process',
    runtimeReason: 'SUTRA_RUNTIME is process',
  });
});

test.each([
  ['no key', {}, {asked: 'unset', knownKeys: 0, apiKeys: null}],
  ['two keys', {SUTRA_API_KEY: `${key}, ${key}-2`}, {asked: 'keys', knownKeys: 2, apiKeys: expect.any(String)}],
  ['off', {SUTRA_API_KEY: 'off'}, {asked: 'off', knownKeys: 0, apiKeys: null}],
])('with %s in the environment', async (_, env, expected) => {
  const {plan, secrets} = await resolveStack(emptyFolder(env), []);
  const found = {asked: secrets.asked, knownKeys: secrets.knownKeys.length, apiKeys: plan.security.apiKeys};
  expect(found).toEqual(expected);
  expect(JSON.stringify({plan, secrets})).not.toContain(key);
});

test('an API that is to be exposed without a key is told of', async () => {
  const {topology} = await resolveStack(emptyFolder(), [{origin: '--expose', settings: {expose: true}}]);
  expect(topology.notices).toEqual([expect.stringContaining('port 8888 is open to EVERYONE')]);
});

test.each([
  ['a model that nobody has', {MODEL_NAME: 'no-such-model'}, [], 'MODEL_UNKNOWN', 'unknown model "no-such-model"'],
  ['code of another version', {SUTRA_VERSION: '9.9.9'}, [], 'USAGE', 'SUTRA_VERSION=9.9.9: this is version'],
  ['a flag out of its bounds', {}, [{origin: '--replicas', settings: {replicas: 99}}], 'USAGE', '--replicas: '],
  [
    'a certificate that is not there',
    {},
    [{origin: '--tls-cert', settings: {edition: 'community' as const, tls: 'no/such.pem'}}],
    'USAGE',
    '--tls-cert: there is no file',
  ],
])('%s is refused by the name of who asked for it', async (_, env, flags, code, message) => {
  const resolved = resolveStack(emptyFolder(env as Record<string, string>), flags);
  await expect(resolved).rejects.toMatchObject({code, message: expect.stringContaining(message)});
});

test('a sutra.yaml of more than 64 KiB is refused before it is parsed', async () => {
  const system = emptyFolder();
  writeFileSync(join(system.cwd, 'sutra.yaml'), `${'#'.repeat(64 * 1024)}\n`);
  await expect(resolveStack(system, [])).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('the limit is 64 KiB'),
  });
});
