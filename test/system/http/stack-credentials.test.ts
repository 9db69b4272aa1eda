import {once} from 'node:events';
import {createServer as createPlain, type IncomingHttpHeaders, type RequestListener, type Server} from 'node:http';
import {createServer as createTls} from 'node:https';
import type {AddressInfo} from 'node:net';
import {generate} from 'selfsigned';
import {expect, it, onTestFinished} from 'vitest';
import {z} from 'zod';
import {requestJson} from '../../../src/system/http/http-json.js';
import {useCredentials} from '../../../src/system/http/stack-credentials.js';
import {generateCertificate} from '../../../src/system/tls/generated-certificate.js';
import {readCertificate} from '../../../src/system/tls/tls-certificate.js';
import {oldTls, plainHttp, tlsHandshake} from '../../../src/system/tls/tls-probe.js';
import {leasePorts} from '../../support/ports.js';

const signal = new AbortController().signal;
const apiKey = 'first-key-0123456789';
const ask = (url: string) => requestJson(url, {schema: z.unknown(), timeoutMs: 5_000, signal});

it('the key goes to the stack and to nobody else', async () => {
  const stack = await listening(createPlain(telling()));
  const stranger = await listening(createPlain(telling()));
  useCredentials({origins: [stack.origin], wantsKey: true, apiKey, certificates: []});
  expect(headersOf(await ask(`${stack.origin}/embed`)).authorization).toBe(`Bearer ${apiKey}`);
  expect(headersOf(await ask(`${stranger.origin}/embed`)).authorization).toBeUndefined();
});

it('a stack that wants no key is not told one', async () => {
  const {origin} = await listening(createPlain(telling()));
  useCredentials({origins: [origin], wantsKey: false, apiKey, certificates: []});
  expect(headersOf(await ask(origin)).authorization).toBeUndefined();
});

it('without a key nothing is sent, and the reader is told what to do', async () => {
  let requests = 0;
  const {origin} = await listening(
    createPlain((_, answer) => {
      requests += 1;
      answer.end();
    }),
  );
  useCredentials({origins: [origin], wantsKey: true, apiKey: null, certificates: []});
  await expect(ask(origin)).rejects.toMatchObject({
    code: 'USAGE',
    message: 'this stack requires an API key',
    cures: [expect.stringContaining('SUTRA_API_KEY')],
  });
  expect(requests).toBe(0);
});

it('a key that is not taken is an error of its own, without the key', async () => {
  const {origin} = await listening(createPlain((_, answer) => answer.writeHead(401).end('{}')));
  useCredentials({origins: [origin], wantsKey: true, apiKey, certificates: []});
  const error = await ask(origin).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({code: 'USAGE', message: expect.stringContaining('rejects the API key')});
  expect(JSON.stringify(error) + String(error)).not.toContain(apiKey);
});

it('the stack’s certificate is trusted, under whatever name, and no other', async () => {
  const [own, other] = [await generateCertificate('some-host', Date.now()), await generateCertificate('x', Date.now())];
  const {origin, port} = await listening(createTls({cert: own, key: own}, telling()));
  const chain = (pem: string) => readCertificate(pem, 'tls.pem', null).chain;

  await expect(ask(origin)).rejects.toMatchObject({code: 'NETWORK'});
  useCredentials({origins: [origin], wantsKey: true, apiKey, certificates: chain(own)});
  expect((await ask(origin)).status).toBe(200);
  useCredentials({origins: [origin], wantsKey: true, apiKey, certificates: chain(other)});
  await expect(ask(origin)).rejects.toMatchObject({code: 'NETWORK'});

  expect(await tlsHandshake({port, signal, certificates: chain(own)})).toEqual({protocol: 'TLSv1.3', reason: ''});
  expect((await tlsHandshake({port, signal, certificates: chain(other)})).protocol).toBeNull();
});

it('another certificate of the same authority is not the stack’s', async () => {
  const authority = await generate(undefined, {
    algorithm: 'sha256',
    extensions: [{name: 'basicConstraints', cA: true, critical: true}],
  });
  const issue = async () => {
    const ca = {key: authority.private, cert: authority.cert};
    const {cert, private: key} = await generate([{name: 'commonName', value: 'api'}], {algorithm: 'sha256', ca});
    return {cert: `${cert}\n${authority.cert}\n`, key};
  };
  const [ours, theirs] = [await issue(), await issue()];
  const certificates = readCertificate(ours.cert + ours.key, 'tls.pem', null).chain;
  const [own, other] = [await listening(createTls(ours, telling())), await listening(createTls(theirs, telling()))];
  expect((await tlsHandshake({port: own.port, signal, certificates})).protocol).toBe('TLSv1.3');
  expect(await tlsHandshake({port: other.port, signal, certificates})).toMatchObject({
    protocol: null,
    reason: expect.stringContaining('another certificate'),
  });
});

it('a server that takes TLS 1.1, or no TLS at all, is found out', async () => {
  const pem = await generateCertificate('some-host', Date.now());
  const old = await listening(
    createTls({cert: pem, key: pem, minVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0'}, telling()),
  );
  expect(await oldTls({port: old.port, signal})).toBe('accepted');
  const recent = await listening(createTls({cert: pem, key: pem, minVersion: 'TLSv1.2'}, telling()));
  expect(await oldTls({port: recent.port, signal})).toBe('refused');
  expect(await plainHttp({port: recent.port, signal})).toBe('refused');
  const plain = await listening(createPlain(telling()));
  expect(await plainHttp({port: plain.port, signal})).toBe('answered');
});

it('nobody there is no answer to either question', async () => {
  const port = await leasePorts();
  await expect(oldTls({port, signal})).rejects.toMatchObject({code: 'NETWORK'});
  await expect(plainHttp({port, signal})).rejects.toMatchObject({code: 'NETWORK'});
});

/** Answers with the headers it was sent. */
function telling(): RequestListener {
  return (request, answer) => answer.end(JSON.stringify(request.headers));
}

function headersOf({body}: {body: unknown}): IncomingHttpHeaders {
  return z.record(z.string(), z.string()).parse(body);
}

async function listening(server: Server): Promise<{origin: string; port: number}> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const {port} = server.address() as AddressInfo;
  return {origin: `${'setSecureContext' in server ? 'https' : 'http'}://127.0.0.1:${port}`, port};
}
