import {writeFile} from 'node:fs/promises';
import {generate} from 'selfsigned';
import {expect, it} from 'vitest';
import {verdictExit} from '../../src/errors.js';
import {type BenchJson, benchFolder, short, theRun} from '../support/bench.js';
import {fastServer, misbehavingServer, misbehaviours, tlsServer} from '../support/load-targets.js';
import {leasePorts} from '../support/ports.js';

const port = await leasePorts();
const nobodys = port + 1;
const {folder, bench} = benchFolder();

it.each(Object.entries(misbehaviours))('a server that does so to every request: %s', async (kind, does) => {
  await using server = await misbehavingServer(port, does);
  const {exitCode, result} = await bench('--url', server.url, '--rate', '40', '--timeout', '500ms', ...short);
  const run = theRun(result);
  expect(run.requests).toBe(80);
  // A reset may be seen while the request is written or while the answer is waited for.
  const kinds = kind === 'connection-reset' ? ['connection-reset', 'connection-closed'] : [kind];
  for (const seen of Object.keys(run.errors.byKind)) expect(kinds).toContain(seen);
  expect(run.errors.total).toBe(80);
  expect(run.latencyMs.p99).toBeNull();
  // A generator that was late itself, which a busy machine makes it, cannot blame the server.
  const verdict = run.verdict === 'ok' ? 'fail' : 'unknown';
  expect({exitCode, verdict: result.verdict}).toEqual({exitCode: verdictExit[verdict], verdict});
  expect(result.reason).toContain(verdict === 'fail' ? 'errors<1% did not hold' : run.reason);
});

it('a server that goes away in the middle of it', async () => {
  let answered = 0;
  const server = await fastServer(port, () => {
    answered += 1;
  });
  const running = bench('--url', server.url, '--rate', '50', '--duration', '4s', '--warmup', '0s', '--json');
  await expect.poll(() => answered, {timeout: 20_000}).toBeGreaterThanOrEqual(100);
  await server[Symbol.asyncDispose]();
  const run = theRun((await running).result);
  expect(run.requests).toBe(200);
  expect(run.errors.byKind['connect-refused']).toBeGreaterThan(0);
  expect(run.errors.total).toBeLessThan(200);
});

it.each([
  [`http://127.0.0.1:${nobodys}`, 'the connection was refused'],
  ['http://no-such-host.invalid', /no such host|name server/],
])('%s cannot be reached, and it says why', async (url, reason) => {
  const {exitCode, result} = await bench('--url', url, ...short);
  expect(exitCode).toBe(4);
  expect(result.error?.code).toBe('NETWORK');
  expect(result.error?.message).toMatch(reason);
});

it('https to a server that has no TLS', async () => {
  await using _ = await fastServer(port);
  const {exitCode, result} = await bench('--url', `https://127.0.0.1:${port}`, ...short);
  expect(exitCode).toBe(4);
  expect(result.error?.message).toContain('TLS');
});

it('https with a certificate that nobody vouches for, and with one that somebody does', async () => {
  const path = `${folder.path}/ca.pem`;
  const pem = await generate([{name: 'commonName', value: 'localhost'}], {
    extensions: [{name: 'subjectAltName', altNames: [{type: 2, value: 'localhost'}]}],
  });
  await writeFile(path, pem.cert);
  await using server = await tlsServer(port, {key: pem.private, cert: pem.cert});
  const args = ['bench', '--url', server.url, '--rate', '20', ...short];
  const distrusted = await folder.run(args);
  expect(distrusted.exitCode).toBe(4);
  expect((distrusted.json as BenchJson).error?.message).toContain('self-signed');
  const trusted = await folder.run(args, {NODE_EXTRA_CA_CERTS: path});
  expect(theRun(trusted.json as BenchJson)).toMatchObject({requests: 40, errors: {total: 0}});
});

it('no stack and no URL', async () => {
  const {exitCode, result} = await bench(...short);
  expect(exitCode).toBe(7);
  expect(result.error?.cures).toContain('sutra deploy');
});
