import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {apiKeyDigest, writeApiKeyFile} from '@sutra/contract/api-keys';
import {expect, onTestFinished, test} from 'vitest';
import {createToken} from '../../../src/stack/secrets/create-token.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {tokenKeyOf} from '../../../src/system/tls/access-token.js';

const key = 'a-key-of-thirty-two-characters-00';
const asked = {subject: 'ci', role: 'reader', lifetimeMs: 60_000} as const;

/** The token, in a folder whose stack has this file of keys. */
function createdWith(text: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-token-'));
  onTestFinished(() => rmSync(cwd, {recursive: true}));
  mkdirSync(join(cwd, '.sutra', 'secrets'), {recursive: true, mode: 0o700});
  writeFileSync(join(cwd, '.sutra', 'secrets', 'api-keys'), text);
  const system = nodeSystem(new AbortController().signal, cwd);
  return createToken({...system, env: {SUTRA_API_KEY: key}}, asked);
}

test('a stack that knows the key and its tokens gets one', async () => {
  const known = {digest: apiKeyDigest(key), tokenKey: tokenKeyOf(key).publicKey};
  await expect(createdWith(writeApiKeyFile([known]))).resolves.toMatchObject({subject: 'ci', role: 'reader'});
});

test.each([
  ['is empty', '', 'STATE', /damaged/],
  ['is cut', 'c0ffee', 'STATE', /damaged/],
  ['knows the key and no tokens', `${apiKeyDigest(key).toString('hex')}\n`, 'STATE', /without access tokens/],
  ['has another key', `${apiKeyDigest('another').toString('hex')}\n`, 'USAGE', /does not accept the first key/],
])('where the file of keys %s, it says so', async (_, text, code, message) => {
  await expect(createdWith(text)).rejects.toMatchObject({code, message: expect.stringMatching(message)});
});
