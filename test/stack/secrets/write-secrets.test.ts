import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {apiKeyDigest, readApiKeyFile} from '@sutra/contract/api-keys';
import {expect, it, onTestFinished} from 'vitest';
import {resolveStack} from '../../../src/stack/plans/resolve-stack.js';
import {dropUnusedSecrets, refuseOpening, writeSecrets} from '../../../src/stack/secrets/write-secrets.js';
import {secretFilesOf, secretsDigest} from '../../../src/system/folders/secrets-folder.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import type {System} from '../../../src/system/system.js';
import {tokenKeyOf} from '../../../src/system/tls/access-token.js';
import {generateCertificate} from '../../../src/system/tls/generated-certificate.js';
import {planOf} from '../../support/plans.js';

const [one, other] = ['first-key-0123456789', 'second-key-0123456789'];
const dayMs = 86_400_000;

function stackIn(settings: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-secrets-'));
  onTestFinished(() => rmSync(cwd, {recursive: true}));
  const state = join(cwd, '.sutra');
  const files = secretFilesOf(state);
  const systemAt = (nowMs: number, env: Record<string, string>): System => {
    const real = nodeSystem(new AbortController().signal, cwd);
    return {
      ...real,
      env: {PATH: process.env.PATH, SUTRA_RUNTIME: 'process', ...env},
      clock: {...real.clock, nowMs: () => nowMs},
    };
  };
  const write = async (env: Record<string, string> = {}, nowMs = Date.now()) => {
    const system = systemAt(nowMs, env);
    const resolved = await resolveStack(system, []);
    await writeSecrets(system, resolved);
    return {system, resolved};
  };
  writeFileSync(join(cwd, 'sutra.yaml'), `edition: community\nmodel: all-MiniLM-L6-v2-int8\n${settings}`);
  return {cwd, state, files, write};
}

const inHex = (buffers: Buffer[]) => buffers.map((buffer) => buffer.toString('hex')).sort();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('asked for nothing, and without a cache shard, nothing is written', async () => {
  const {files, write} = stackIn('cache: {enabled: false}\n');
  await write();
  expect(existsSync(files.folder)).toBe(false);
});

it('keys are kept as digests and the public keys of their tokens, for their owner alone, and go no further in clear', async () => {
  const {files, write} = stackIn('');
  const {resolved} = await write({SUTRA_API_KEY: `${other},${one}`});
  const {digests, tokenKeys} = readApiKeyFile(readFileSync(files.apiKeys, 'utf8'));
  expect(inHex(digests)).toEqual(inHex([one, other].map(apiKeyDigest)));
  expect(inHex(tokenKeys)).toEqual(inHex([one, other].map((key) => tokenKeyOf(key).publicKey)));
  expect([modeOf(files.folder), modeOf(files.apiKeys)]).toEqual(['700', '600']);
  expect(JSON.stringify(resolved)).not.toContain(one);
});

it('modes that somebody loosened are set right again', async () => {
  const {files, write} = stackIn('tls: generated');
  await write({SUTRA_API_KEY: one});
  for (const path of [files.folder, files.apiKeys, files.certificate]) chmodSync(path, 0o755);
  await write({SUTRA_API_KEY: one});
  expect([files.folder, files.apiKeys, files.certificate].map(modeOf)).toEqual(['700', '600', '600']);
});

it('a generated certificate is used again until it is valid for less than 30 days more', async () => {
  const {files, write} = stackIn('tls: generated');
  const nowMs = Date.now();
  const after = async (days: number) => {
    await write({}, nowMs + days * dayMs);
    return readFileSync(files.certificate, 'utf8');
  };
  const first = await after(0);
  expect(await after(334)).toBe(first);
  expect(await after(336)).not.toBe(first);
});

it.each([
  ['damaged', (text: string) => text.slice(0, 200)],
  ['of a host of another name', () => generateCertificate('another-host', Date.now())],
])('one that is %s is made anew', async (_, change) => {
  const {files, write} = stackIn('tls: generated');
  await write();
  const changed = await change(readFileSync(files.certificate, 'utf8'));
  writeFileSync(files.certificate, changed);
  await write();
  expect(readFileSync(files.certificate, 'utf8')).not.toBe(changed);
  expect(readFileSync(files.certificate, 'utf8')).toContain('PRIVATE KEY');
});

it('the operator’s own is taken from beside sutra.yaml, and one that cannot serve is refused before anything is written', async () => {
  const {cwd, files, write} = stackIn('tls: mine.pem');
  await expect(write()).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining('there is no file')});
  writeFileSync(join(cwd, 'mine.pem'), 'nonsense');
  await expect(write()).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('holds no certificate'),
  });
  expect(existsSync(files.folder)).toBe(false);
  const pem = await generateCertificate('api.example.com', Date.now());
  writeFileSync(join(cwd, 'mine.pem'), pem);
  await write();
  expect(readFileSync(files.certificate, 'utf8')).toBe(pem);
});

it('who reads the files is told by their digest that they have changed', async () => {
  const {state, write} = stackIn('tls: generated');
  const digests = [await secretsDigest(state)];
  for (const key of [one, one, other]) {
    await write({SUTRA_API_KEY: key});
    digests.push(await secretsDigest(state));
  }
  expect(digests[1]).toBe(digests[2]);
  expect(new Set(digests).size).toBe(3);
});

it('what no service reads any more is removed', async () => {
  const {files, write} = stackIn('tls: generated');
  const {system} = await write({SUTRA_API_KEY: one});
  await dropUnusedSecrets(system, planOf({edition: 'community', tls: 'generated'}));
  expect([existsSync(files.apiKeys), existsSync(files.certificate)]).toEqual([false, true]);
  await dropUnusedSecrets(system, planOf());
  expect(existsSync(files.certificate)).toBe(false);
});

it('a forgotten variable does not open a stack that wants keys; off does', async () => {
  const running = {wantsKeys: true};
  const {write} = stackIn('');
  const forgotten = await write();
  expect(() => refuseOpening(forgotten.resolved, running)).toThrow('deploying would open the API');
  expect(() => refuseOpening(forgotten.resolved, {wantsKeys: false})).not.toThrow();
  const off = await write({SUTRA_API_KEY: 'off'});
  expect(off.resolved.plan.security.apiKeys).toBeNull();
  expect(() => refuseOpening(off.resolved, running)).not.toThrow();
  const others = await write({SUTRA_API_KEY: other});
  expect(() => refuseOpening(others.resolved, running)).not.toThrow();
});
