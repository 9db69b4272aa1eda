import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {newCacheSecret} from '@sutra/contract/l2-secret';
import {expect, it, onTestFinished} from 'vitest';
import {
  askedCacheSecret,
  dropUnusedCacheSecrets,
  writeCacheSecret,
} from '../../../src/stack/secrets/write-cache-secret.js';
import {secretFilesOf} from '../../../src/system/folders/secrets-folder.js';
import type {Settings} from '../../../src/topology/settings/settings.js';
import {planOf} from '../../support/plans.js';

const elsewhere: Settings = {cache: {host: 'cache.example'}};
const given = newCacheSecret();

function stack() {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-cache-secret-'));
  onTestFinished(() => rmSync(cwd, {recursive: true}));
  const files = secretFilesOf(join(cwd, '.sutra'));
  const deploy = async (variable?: string, settings: Settings = {}) => {
    const plan = planOf(settings);
    const env = variable === undefined ? {} : {SUTRA_CACHE_SECRET: variable};
    await writeCacheSecret({cwd}, plan, askedCacheSecret({env}, plan));
    await dropUnusedCacheSecrets({cwd}, plan);
    return {own: read(files.cacheSecret), external: read(files.externalCacheSecret)};
  };
  return {files, deploy};
}

const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

it('a deployment makes a secret for the shard of the stack, for its owner alone, and the next one keeps it', async () => {
  const {files, deploy} = stack();
  const {own, external} = await deploy();
  expect(own).toMatch(/^[0-9a-f]{64}\n$/);
  expect(external).toBeNull();
  expect(statSync(files.cacheSecret).mode & 0o777).toBe(0o600);
  expect(statSync(files.folder).mode & 0o777).toBe(0o700);
  expect((await deploy()).own).toBe(own);
  expect((await deploy('new')).own).not.toBe(own);
  expect((await deploy(given)).own).toBe(`${given}\n`);
});

it.each(['', 'cut', '\0'.repeat(64)])('a file that holds %j is replaced', async (text) => {
  const {files, deploy} = stack();
  mkdirSync(dirname(files.cacheSecret), {recursive: true});
  writeFileSync(files.cacheSecret, text);
  expect((await deploy()).own).toMatch(/^[0-9a-f]{64}\n$/);
});

it('a shard elsewhere has the secret it is given, or none, and never that of the stack', async () => {
  const {deploy} = stack();
  await deploy();
  expect(await deploy(undefined, elsewhere)).toEqual({own: null, external: null});
  expect(await deploy(given, elsewhere)).toEqual({own: null, external: `${given}\n`});
  expect(await deploy(undefined, elsewhere)).toEqual({own: null, external: `${given}\n`});
  expect(await deploy('off', elsewhere)).toEqual({own: null, external: null});
  await deploy(given, elsewhere);
  expect(await deploy(undefined, {cache: {enabled: false}})).toEqual({own: null, external: null});
});

it.each<[string, string, Settings]>([
  ['off', 'always requires its secret', {}],
  ['new', 'already has its secret', elsewhere],
  ['short-secret', 'holds 12 characters', {}],
  [`${given} ${given}`, 'a space', {}],
])('SUTRA_CACHE_SECRET=%s is refused: %s', (variable, reason, settings) => {
  const ask = () => askedCacheSecret({env: {SUTRA_CACHE_SECRET: variable}}, planOf(settings));
  expect(ask).toThrow(reason);
  expect(ask).not.toThrow(given);
});
