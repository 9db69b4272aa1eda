import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {buildSecrets, stageContext} from '../../src/images/build-context.js';
import {dockerfiles} from '../../src/render/docker-build.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {repository} from '../support/stack.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-context-'));
});
afterEach(() => rm(folder, {recursive: true}));

const systemWith = (env: Record<string, string>) => ({...nodeSystem(new AbortController().signal), env});

it('the certificates are those of the flag, else of the environment, and only where the file is there', async () => {
  const [ours, theirs, npmrc] = ['ours.pem', 'theirs.pem', 'npmrc'].map((name) => join(folder, name));
  for (const path of [ours, theirs, npmrc]) await writeFile(String(path), '');
  const env = {NODE_EXTRA_CA_CERTS: String(theirs), npm_config_userconfig: String(npmrc)};
  expect(await buildSecrets(systemWith(env), ours)).toEqual([
    {id: 'ca', path: ours},
    {id: 'npmrc', path: npmrc},
  ]);
  expect(await buildSecrets(systemWith(env), undefined)).toContainEqual({id: 'ca', path: theirs});
  const gone = {SSL_CERT_FILE: join(folder, 'gone'), npm_config_userconfig: join(folder, 'gone')};
  expect(await buildSecrets(systemWith(gone), undefined)).toEqual([]);
});

it('a file of certificates that is not there, or too large for a build, is refused', async () => {
  const large = join(folder, 'large.pem');
  await writeFile(large, Buffer.alloc(600 * 1024));
  await expect(buildSecrets(systemWith({}), join(folder, 'gone.pem'))).rejects.toThrow('no such file');
  await expect(buildSecrets(systemWith({}), large)).rejects.toThrow('the limit is 512000');
});

it('what is staged is all that the Dockerfiles copy, and no build or dependency of ours', async () => {
  const context = join(folder, 'context');
  await stageContext(context);
  for (const dockerfile of Object.values(dockerfiles)) {
    const text = await readFile(join(repository, dockerfile), 'utf8');
    const copied = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap((match) => String(match[1]).split(' '));
    expect(copied.length).toBeGreaterThan(0);
    // The model is staged on its own.
    for (const path of copied.filter((one) => !one.includes('$')))
      expect(existsSync(join(context, path)), path).toBe(true);
  }
  const lockfile = await readFile(join(context, 'package-lock.json'), 'utf8');
  expect(lockfile).toBe(await readFile(join(repository, 'package-lock.json'), 'utf8'));
  const names = await readdir(context, {recursive: true});
  expect(names.filter((name) => /(^|\/)(node_modules|dist)(\/|$)/.test(name))).toEqual([]);
});
