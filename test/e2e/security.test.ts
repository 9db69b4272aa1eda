// needs: haproxy
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import OpenAI from 'openai';
import {Agent, fetch as fetchWith} from 'undici';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/decision/check.js';
import {useCredentials} from '../../src/system/http/stack-credentials.js';
import {strangerAt} from '../../src/system/http/stranger.js';
import {leaseOffset} from '../support/ports.js';
import {deployStack, type Run, type Stack} from '../support/stack.js';
import {leftovers, portsOf} from '../support/stack-leftovers.js';

const keys = ['first-key-0123456789abcdef', 'second-key-0123456789abcdef'] as const;
const env = {SUTRA_API_KEY: keys.join(', ')};
const perMinute = 200;
const offset = await leaseOffset();
const flags = [
  ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8', '--replicas', '1'],
  ...['--project', 'secure', '--port-offset', String(offset), '--tls', '--rate-limit', String(perMinute)],
];

let stack: Stack;
let api: string;
/** A client that knows the stack's certificate and nothing else. */
let agent: Agent;

beforeAll(async () => {
  stack = await deployStack(flags, env);
  api = stack.report.urls.api;
  const pem = readFileSync(join(stack.path, '.sutra/secrets/tls.pem'), 'utf8');
  agent = new Agent({connect: {ca: pem}});
  useCredentials({origins: [api], wantsKey: false, apiKey: null, certificates: [pem]});
});

afterAll(async () => {
  await agent?.close();
  await stack?.[Symbol.asyncDispose]();
});

const run = (args: string[], more: Record<string, string> = env): Promise<Run> => stack.run(args, more);

async function ask(headers: Record<string, string> | [string, string][], path = '/embed') {
  const body = path === '/embed' ? {method: 'POST', body: '{"texts":["hello"]}'} : {};
  const reply = await fetchWith(api + path, {...body, headers, dispatcher: agent});
  return {status: reply.status, headers: reply.headers, json: await reply.json()};
}

function openai(apiKey: string): OpenAI {
  const fetchOptions = {dispatcher: agent} as object;
  return new OpenAI({baseURL: `${api}/v1`, apiKey, maxRetries: 0, fetch: fetchWith as never, fetchOptions});
}

describe('API keys, over TLS and through the load balancer', () => {
  test('deploy says https, and nothing it printed holds a key', () => {
    expect(api).toBe(`https://127.0.0.1:${8_888 + offset}`);
    expect(JSON.stringify(stack.report)).not.toContain(keys[0]);
  });

  test.each(keys)('the openai client works with %s', async (key) => {
    const {data} = await openai(key).embeddings.create({model: stack.report.model, input: 'hello'});
    expect(data[0]?.embedding).toHaveLength(384);
  });

  test('the openai client is told that its key is wrong', async () => {
    const asked = openai('sk-wrong-0123456789').embeddings.create({model: stack.report.model, input: 'hello'});
    await expect(asked).rejects.toMatchObject({status: 401});
  });

  test.each([
    ['no key', {}],
    ['an empty key', {authorization: 'Bearer '}],
    ['an empty header', {'x-api-key': ''}],
    ['a key of 15,000 letters', {authorization: `Bearer ${'a'.repeat(15_000)}`}],
    ['both keys at once', {'x-api-key': keys.join(',')}],
  ])('%s: 401 in the envelope', async (_, headers) => {
    const {status, headers: answered, json} = await ask(headers);
    expect(status).toBe(401);
    expect(answered.get('www-authenticate')).toBe('Bearer');
    expect(json).toMatchObject({error: {code: 'unauthorized'}, request_id: expect.any(String)});
  });

  describe('access tokens', () => {
    const create = async (args: string[], key: string = keys[0]) => {
      const {exitCode, json, stderr} = await run(['token', 'create', '--json', ...args], {SUTRA_API_KEY: key});
      return {exitCode, stderr, token: String((json as {token?: string}).token), json};
    };

    test('one that sutra token create printed opens the API, with the openai client as well', async () => {
      const {token, json} = await create(['--subject', 'ci', '--expires', '5m']);
      expect(json).toMatchObject({schemaVersion: 1, subject: 'ci', role: 'reader'});
      expect((await ask({authorization: `Bearer ${token}`})).status).toBe(200);
      const {data} = await openai(token).embeddings.create({model: stack.report.model, input: 'hello'});
      expect(data[0]?.embedding).toHaveLength(384);
      // Alone on standard output, for TOKEN=$(sutra token create).
      expect((await run(['token', 'create'])).stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    });

    test('that of a reader may not empty the cache, that of an admin may', async () => {
      const empty = async (token: string) => {
        const headers = {authorization: `Bearer ${token}`};
        return (await fetchWith(`${api}/cache`, {method: 'DELETE', headers, dispatcher: agent})).status;
      };
      expect(await empty((await create([])).token)).toBe(403);
      expect(await empty((await create(['--role', 'admin'])).token)).toBe(200);
    });

    test('a key of another stack signs none here, and a token is no key of a stack', async () => {
      const other = await create([], 'another-key-0123456789');
      expect(other.exitCode).toBe(2);
      expect(JSON.stringify(other.json)).toContain('does not accept');
      const {token} = await create([]);
      const deploy = await run(['deploy', '--dry-run', ...flags], {SUTRA_API_KEY: token});
      expect(deploy.exitCode).toBe(2);
      expect(deploy.stderr).toContain('access token');
      expect(deploy.stderr).not.toContain(token);
    });
  });

  test('a key in x-api-key opens, and the same header twice does not', async () => {
    expect((await ask({'x-api-key': keys[1]})).status).toBe(200);
    const twice = await agent.request({
      origin: api,
      path: '/info',
      method: 'GET',
      headers: ['x-api-key', keys[0], 'x-api-key', keys[1]],
    });
    await twice.body.dump();
    expect(twice.statusCode).toBe(401);
  });

  test('headers larger than any server takes are refused, not reset', async () => {
    const reply = await agent.request({
      origin: api,
      path: '/info',
      method: 'GET',
      headers: {'x-api-key': 'a'.repeat(60_000)},
    });
    const text = await reply.body.text();
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply.statusCode).toBeLessThan(500);
    expect(text).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test.each(['/health', '/ready'])('%s is open', async (path) => expect((await ask({}, path)).status).toBe(200));

  test('a replica asked past the load balancer wants the key as well', async () => {
    const edge = stack.report.services.find(({name}) => name === 'embedding-service-1')?.url;
    expect((await fetch(`${edge}/info`)).status).toBe(401);
    expect((await fetch(`${edge}/info`, {headers: {authorization: `Bearer ${keys[0]}`}})).status).toBe(200);
  });
});

describe('the command line presents the key, or says that it needs one', () => {
  test('cache stats and clear work with the key in the environment', async () => {
    expect((await run(['cache', 'stats', '--json'])).exitCode).toBe(0);
    expect((await run(['cache', 'clear', '--json'])).exitCode).toBe(0);
  });

  test.each([
    ['without a key', {}, 'this stack requires an API key'],
    ['with a wrong one', {SUTRA_API_KEY: 'wrong-key-0123456789'}, 'rejects the API key'],
    ['with one too short', {SUTRA_API_KEY: 'short'}, 'at least 16 are needed'],
  ])('%s: exit 2, and what to do', async (_, environment, message) => {
    const {exitCode, json} = await run(['cache', 'stats', '--json'], environment);
    expect(exitCode).toBe(2);
    expect(json).toMatchObject({error: {code: 'USAGE', message: expect.stringContaining(message)}});
  });

  test('status needs none', async () => expect((await run(['status', '--json'], {})).exitCode).toBe(0));

  test('a deployment that forgets the keys is refused before anything changes', async () => {
    const {exitCode, json} = await run(['deploy', '--json', ...flags], {});
    expect(exitCode).toBe(2);
    expect(json).toMatchObject({error: {message: expect.stringContaining('deploying would open the API')}});
    expect((await ask({})).status).toBe(401);
  });
});

test('over the limit: 429 with Retry-After, before a replica, for that caller alone, and never for a probe', async () => {
  await using stranger = strangerAt(api);
  const statuses: number[] = [];
  for (let i = 0; i < perMinute + 40 && statuses.at(-1) !== 429; i += 1) {
    statuses.push((await stranger.get('/info', {signal: AbortSignal.timeout(60_000)})).status);
  }
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.length).toBeGreaterThan(perMinute);
  const signal = AbortSignal.timeout(60_000);
  // A made-up key is no way round it: it is counted with its address.
  const refused = await stranger.get('/info', {signal, headers: {'x-api-key': 'made-up-key-0123456789'}});
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await stranger.get('/health', {signal})).status).toBe(200);
  expect((await stranger.get('/info', {signal, headers: {'x-api-key': keys[1]}})).status).toBe(200);
  expect((await ask({'x-api-key': keys[0]})).status).toBe(200);
});

describe('keys are nowhere in clear', () => {
  test('in no file of the stack, and only their owner reads what is secret', () => {
    const root = join(stack.path, '.sutra');
    const files = readdirSync(root, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(10);
    for (const {parentPath, name} of files) {
      const text = readFileSync(join(parentPath, name), 'latin1');
      for (const key of keys) expect([name, text.includes(key)]).toEqual([name, false]);
    }
    for (const path of ['secrets/api-keys', 'secrets/tls.pem', 'plan.json'])
      expect([path, statSync(join(root, path)).mode & 0o077]).toEqual([path, 0]);
  });

  test('in no environment and no command line of a service or its keeper', () => {
    const processes = stack.processes();
    expect(processes.length).toBeGreaterThan(6);
    for (const {identity} of processes) {
      const told = ['environ', 'cmdline'].map((file) => readFileSync(`/proc/${identity.pid}/${file}`, 'latin1')).join();
      for (const key of keys) expect(told).not.toContain(key);
    }
  });

  test('in nothing that generate or a dry run prints, the certificate’s key neither', async () => {
    for (const args of [['deploy', '--dry-run'], ['generate', '--check'], ['diff']]) {
      const {stdout, stderr, exitCode} = await run([...args, ...flags]);
      expect(exitCode).toBe(0);
      for (const secret of [...keys, 'PRIVATE KEY']) expect(stdout + stderr).not.toContain(secret);
    }
  });
});

describe('validate', () => {
  async function verdicts(args: string[], environment: Record<string, string> = env) {
    const {json, exitCode} = await run(['validate', '--json', ...args], environment);
    const {checks} = json as {checks: CheckResult[]};
    return {exitCode, of: Object.fromEntries(checks.map(({id, verdict}) => [id, verdict])), checks};
  }

  test('--security passes but for what root may do, which it says', async () => {
    const {of, exitCode, checks} = await verdicts(['--security']);
    const asRoot = process.getuid?.() === 0 ? 'fail' : 'pass';
    expect(of).toEqual({
      'loopback-only': 'pass',
      'stats-read-only': 'pass',
      'admin-local': 'pass',
      'non-root': asRoot,
      'no-capabilities': asRoot,
      'no-secrets': 'pass',
      'secret-modes': 'pass',
      'api-keys': 'pass',
      'access-tokens': 'pass',
      'cache-shard-secret': 'pass',
      tls: 'pass',
      'rate-limit': 'pass',
      'hostile-bodies': 'pass',
      'known-vulnerabilities': expect.stringMatching(/pass|unknown/),
    });
    expect(exitCode).toBe(asRoot === 'fail' ? 10 : 0);
    for (const {phase, reason} of checks) {
      expect(phase).toBe('security');
      for (const key of keys) expect(reason).not.toContain(key);
    }
  });

  test('beside other phases each check runs once, with the key', async () => {
    const {of, checks} = await verdicts(['--phases', '2', '--security']);
    expect(checks.filter(({id}) => id === 'stats-read-only')).toHaveLength(1);
    expect(of).toMatchObject({'servers-up': 'pass', 'all-answered': 'pass', 'api-keys': 'pass'});
  });

  test('without the key what needs one is unknown, and the other phases say at once that they need it', async () => {
    const {of, exitCode} = await verdicts(['--security'], {});
    expect(of).toMatchObject({'api-keys': 'unknown', 'no-secrets': 'unknown', tls: 'pass', 'loopback-only': 'pass'});
    expect(exitCode).not.toBe(0);
    const {json, exitCode: usage} = await run(['validate', '--json'], {});
    expect(usage).toBe(2);
    expect(json).toMatchObject({error: {message: 'this stack requires an API key'}});
  });
});

test('other keys replace the old, one replica at a time; off opens; stop leaves nothing running', async () => {
  const other = {SUTRA_API_KEY: 'third-key-0123456789abcdef'};
  const pids = () => stack.run(['status', '--json'], {}).then(({json}) => pidsOf(json as Stack['report']));
  const before = await pids();
  expect((await run(['deploy', '--json', ...flags], other)).exitCode).toBe(0);
  expect((await ask({'x-api-key': keys[0]})).status).toBe(401);
  expect((await ask({'x-api-key': other.SUTRA_API_KEY})).status).toBe(200);
  const after = await pids();
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(changed).toEqual(['embedding-service-1', 'embedding-service-2']);

  expect((await run(['deploy', '--json', ...flags], {SUTRA_API_KEY: 'off'})).exitCode).toBe(0);
  expect((await ask({})).status).toBe(200);
  expect(readdirSync(join(stack.path, '.sutra/secrets'))).toEqual(['cache-secret', 'tls.pem']);
  expect((await stack.stop()).exitCode).toBe(0);
  expect(await leftovers(stack, portsOf(stack.report))).toEqual([]);
});

function pidsOf({services}: Stack['report']): Record<string, number | null> {
  return Object.fromEntries(services.map(({name, pid}) => [name, pid]));
}
