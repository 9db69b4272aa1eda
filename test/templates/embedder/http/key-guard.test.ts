import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {json} from 'node:stream/consumers';
import {apiKeyDigest, writeApiKeyFile} from '@sutra/contract/api-keys';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {signAccessToken, type TokenRequest, tokenKeyOf} from '../../../../src/system/tls/access-token.js';
import {readEnvironment} from '../../../../templates/embedder/src/environment.js';
import {readAccess} from '../../../../templates/embedder/src/http/auth/api-keys.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {type FakeModels, startFakeModels} from '../support/fake-models.js';

const [first, second] = ['first-key-0123456789', 'second-key-0123456789'];
const folder = mkdtempSync(join(tmpdir(), 'sutra-keys-'));
const keyFile = join(folder, 'api-keys');
const known = (key: string) => ({digest: apiKeyDigest(key), tokenKey: tokenKeyOf(key).publicKey});
writeFileSync(keyFile, writeApiKeyFile([first, second].map(known)));

let models: FakeModels;
let embedder: EmbedderProcess;

beforeAll(async () => {
  models = await startFakeModels();
  models.width = 16;
  embedder = await startLoadedEmbedder({SUTRA_ROLE: 'cached', ML_BASE_URL: models.url, SUTRA_API_KEY_FILE: keyFile});
});
afterAll(async () => {
  await embedder[Symbol.asyncDispose]();
  await models[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true});
});

/** Headers as they are to stand on the wire, also twice. */
async function ask(rawHeaders: string[], path = '/embed', method = 'POST') {
  const {promise, resolve, reject} = Promise.withResolvers<{status: number; headers: object; body: unknown}>();
  const sent = request(`${embedder.url}${path}`, {
    method,
    headers: ['host', 'x', 'connection', 'close', ...rawHeaders],
  });
  sent.on('error', reject).on('response', async (answer) => {
    const body = await json(answer).catch(() => null);
    resolve({status: answer.statusCode ?? 0, headers: answer.headers, body});
  });
  sent.end(method === 'POST' ? '{"text":"a text"}' : undefined);
  return await promise;
}

describe('a key that counts', () => {
  it.each([
    ['as a bearer token', ['authorization', `Bearer ${first}`]],
    ['the second of two', ['authorization', `Bearer ${second}`]],
    ['however the scheme is written', ['Authorization', `bEARER  ${first}`]],
    ['in x-api-key', ['X-Api-Key', second]],
    ['in x-api-key beside another scheme', ['authorization', 'Basic dTpw', 'x-api-key', first]],
  ])('%s opens', async (_, headers) => {
    expect((await ask(headers)).status).toBe(200);
    // The second time it is a cached answer, which takes another way.
    expect(await ask(headers)).toMatchObject({status: 200, body: {cached_count: 1}});
  });
});

describe('what does not count', () => {
  it.each([
    ['nothing', []],
    ['a wrong key', ['authorization', 'Bearer wrong-key-0123456789']],
    ['the beginning of a key', ['authorization', `Bearer ${first.slice(0, -1)}`]],
    ['a key in other letters', ['authorization', `Bearer ${first.toUpperCase()}`]],
    ['the digest of a key', ['authorization', `Bearer ${apiKeyDigest(first).toString('hex')}`]],
    ['an empty bearer token', ['authorization', 'Bearer ']],
    ['an empty key', ['x-api-key', '']],
    ['a key without its scheme', ['authorization', first]],
    ['two keys in one header', ['x-api-key', `${first}, ${second}`]],
    ['the header twice', ['x-api-key', 'wrong-key-0123456789', 'x-api-key', first]],
    ['the header twice, the right one first', ['authorization', `Bearer ${first}`, 'authorization', 'Bearer wrong']],
    ['a wrong bearer token beside a right key', ['authorization', 'Bearer wrong-key-0123456789', 'x-api-key', first]],
    ['15,000 letters', ['authorization', `Bearer ${'a'.repeat(15_000)}`]],
  ])('%s is 401 in the envelope', async (_, headers) => {
    const {status, headers: answered, body} = await ask(headers);
    expect(status).toBe(401);
    expect(answered).toMatchObject({'www-authenticate': 'Bearer', 'content-type': 'application/json'});
    expect(body).toEqual({
      error: {code: 'unauthorized', message: expect.stringContaining('API key')},
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it.each(['/embed', '/v1/embeddings'])('%s is closed', async (path) => expect((await ask([], path)).status).toBe(401));
  it.each(['/info', '/metrics', '/cache/stats', '/nowhere', '/health/', '/HEALTH', '/health/../info'])(
    'GET %s is closed',
    async (path) => expect((await ask([], path, 'GET')).status).toBe(401),
  );
});

describe('an access token', () => {
  const now = Date.now();
  const minute = 60_000;
  const sign = (change: Partial<TokenRequest> = {}, key: string = first) =>
    signAccessToken(key, {subject: 'ci', role: 'reader', issuedAtMs: now, expiresAtMs: now + minute, ...change});
  const status = async (token: string, path = '/embed', method = 'POST') =>
    (await ask(['authorization', `Bearer ${token}`], path, method)).status;

  it.each([first, second])('signed with %s opens, also the second time', async (key) => {
    const token = await sign({}, key);
    expect([await status(token), await status(token)]).toEqual([200, 200]);
  });

  it('of a reader may not empty the cache: 403 in the envelope, and one of an admin may', async () => {
    const {status: refused, body, headers} = await ask(['authorization', `Bearer ${await sign()}`], '/cache', 'DELETE');
    expect(refused).toBe(403);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(body).toMatchObject({error: {code: 'forbidden', message: expect.stringContaining('admin')}});
    expect(await status(await sign({role: 'admin'}), '/cache', 'DELETE')).toBe(200);
    expect((await ask(['x-api-key', first], '/cache', 'DELETE')).status).toBe(200);
  });

  it('ends when it expires, also one that was accepted before', async () => {
    const token = await sign({issuedAtMs: now, expiresAtMs: Date.now() + 2_000});
    expect(await status(token)).toBe(200);
    await expect.poll(() => status(token), {timeout: 10_000}).toBe(401);
  });

  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  /** A reader's token with another header, other claims or another signature, as a forger would put it together. */
  const forged = async (change: {header?: object; claims?: object; signature?: string}) => {
    const [header = '', claims = '', signature = ''] = (await sign()).split('.');
    const claimed = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const first = change.header === undefined ? header : encoded(change.header);
    const second = change.claims === undefined ? claims : encoded({...claimed, ...change.claims});
    return `${first}.${second}.${change.signature ?? signature}`;
  };

  it.each<[string, () => Promise<string>]>([
    ['that has expired', () => sign({issuedAtMs: now - 2 * minute, expiresAtMs: now - minute})],
    ['of a key the stack does not have', () => sign({}, 'another-key-0123456789')],
    [
      'with a signature of another token',
      async () => forged({signature: (await sign({subject: 'x'})).split('.')[2] ?? ''}),
    ],
    ['with a role written over', () => forged({claims: {roles: ['admin']}})],
    ['with a later end written over', () => forged({claims: {exp: now}})],
    ['with no signature', () => forged({header: {alg: 'none', typ: 'JWT'}, signature: ''})],
    ['with another algorithm', () => forged({header: {alg: 'HS256', typ: 'JWT'}})],
    ['with an unknown role', () => sign({role: 'owner' as never})],
    ['without a subject', () => sign({subject: ''})],
  ])('%s is 401', async (_, make) => {
    const token = await make();
    expect(await status(token)).toBe(401);
    expect(await status(token, '/cache', 'DELETE')).toBe(401);
  });
});

it.each(['/health', '/ready', '/health?full=1'])('%s is open', async (path) => {
  expect((await ask([], path, 'GET')).status).toBe(200);
});

it('a large body of a stranger is answered, not reset', async () => {
  const answer = await fetch(`${embedder.url}/embed`, {method: 'POST', body: 'x'.repeat(5_000_000)});
  expect(answer.status).toBe(401);
  expect((await fetch(`${embedder.url}/health`)).status).toBe(200);
});

describe('a service that is to want keys and cannot have them does not start', () => {
  const read = (env: Record<string, string>) =>
    readAccess(readEnvironment({SUTRA_ROLE: 'cached', ML_BASE_URL: 'http://127.0.0.1:1', ...env}));
  const written = (text: string) => {
    const path = join(folder, 'other-keys');
    writeFileSync(path, text);
    return path;
  };

  it.each([
    ['no file is named', () => ({SUTRA_API_KEYS: 'abc'}), 'SUTRA_API_KEY_FILE is not set'],
    ['the file is not there', () => ({SUTRA_API_KEY_FILE: join(folder, 'none')}), 'ENOENT'],
    ['the file is empty', () => ({SUTRA_API_KEY_FILE: written('\n')}), 'holds no digest'],
    [
      'the file holds a key in clear',
      () => ({SUTRA_API_KEY_FILE: written(`${first}\n`)}),
      'line 1 is neither a SHA-256',
    ],
  ])('%s', (_, env, message) => {
    expect(() => read(env())).toThrow(message);
    expect(() => read(env())).not.toThrow(first);
  });

  it('but a model, which only services ask, wants none', () => {
    const env = {SUTRA_ROLE: 'model', SUTRA_MODEL_DIR: '/m', SUTRA_API_KEYS: 'abc', SUTRA_API_KEY_FILE: '/none'};
    expect(readAccess(readEnvironment(env))).toBeNull();
  });
});
