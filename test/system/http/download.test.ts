import {spawn} from 'node:child_process';
import {createServer, type Server} from 'node:http';
import {connect, createServer as createTcpServer} from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {type DownloadRequest, download} from '../../../src/system/http/download.js';
import {httpAgent} from '../../../src/system/http/http-agent.js';
import {realClock} from '../../../src/system/node-system.js';
import {addressOf, close, listen} from '../../support/hub-server.js';

/** What a client has not read when the connection ends is lost to it: let it read. */
const clientReadsMs = 50;
const deadlines = {connectMs: 300, headersMs: 400, stallMs: 400};

describe('a download', () => {
  const opened: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of opened.splice(0).reverse()) await end();
  });

  const serve = async (server: Server) => {
    await listen(server);
    opened.push(() => close(server));
    return addressOf(server);
  };
  const fetched = async (url: string, more: Partial<DownloadRequest> = {}, env: Record<string, string> = {}) => {
    const dispatcher = httpAgent(env, deadlines);
    opened.push(() => dispatcher.destroy());
    const pieces: Buffer[] = [];
    const request: DownloadRequest = {
      url,
      dispatcher,
      clock: realClock,
      signal: new AbortController().signal,
      headersMs: deadlines.headersMs,
      pausesMs: [5],
      ...more,
    };
    for await (const {bytes} of download(request)) pieces.push(bytes);
    return Buffer.concat(pieces).toString();
  };

  it('sends credentials again when a redirect stays on the host, and only then', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.end('bytes');
      }),
    );
    const url = await serve(
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        const location = request.url === '/a' ? '/b' : `${other}/c`;
        response.writeHead(307, {location}).end();
      }),
    );
    expect(await fetched(`${url}/a`, {authorization: 'Bearer t'})).toBe('bytes');
    expect(seen).toEqual(['Bearer t', 'Bearer t', undefined]);
  });

  it('does not follow redirects for ever', async () => {
    const url = await serve(createServer((_, response) => response.writeHead(302, {location: '/again'}).end()));
    await expect(fetched(url)).rejects.toThrow('redirects in circles');
  });

  it('gives up a host that takes no connection and one that does not answer', async () => {
    await expect(fetched('http://127.0.0.1:9/x')).rejects.toMatchObject({details: {kind: 'unreachable'}});
    await expect(fetched('http://nowhere.invalid/x')).rejects.toMatchObject({details: {kind: 'unreachable'}});
    const silent = await serve(createServer(() => undefined));
    await expect(fetched(silent)).rejects.toThrow('no answer in time');
  });

  it('gives up a host that drops what is sent to it after the time for connecting', async () => {
    const listen = "require('net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, function () {";
    const child = spawn(process.execPath, ['-e', `${listen} console.log(this.address().port) })`]);
    opened.push(() => child.kill('SIGKILL'));
    const port = Number(await new Promise<Buffer>((done) => child.stdout.once('data', done)));
    // Stopped, it accepts nothing; once its backlog is full the system drops further connections.
    child.kill('SIGSTOP');
    const fillers = Array.from({length: 4}, () => connect(port, '127.0.0.1').on('error', () => undefined));
    opened.push(() => fillers.map((socket) => socket.destroy()));
    // Linux keeps one connection more than it was asked to.
    await expect.poll(() => fillers.filter(({connecting}) => !connecting)).toHaveLength(2);
    const startedMs = performance.now();
    await expect(fetched(`http://127.0.0.1:${port}/`, {headersMs: 20_000})).rejects.toThrow('no connection in time');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('is interrupted by its signal, before the answer, in the body and between attempts', async () => {
    const url = await serve(
      createServer((request, response) => {
        if (request.url === '/body') response.write('half');
        if (request.url === '/500') response.writeHead(500).end();
      }),
    );
    for (const path of ['/silent', '/body', '/500']) {
      const signal = AbortSignal.timeout(100);
      await expect(fetched(`${url}${path}`, {signal, pausesMs: [5_000]})).rejects.toMatchObject({code: 'INTERRUPTED'});
    }
  });

  it('counts only attempts that get no further', async () => {
    const content = Buffer.alloc(400_000, 'abc');
    let requests = 0;
    const url = await serve(
      createServer((request, response) => {
        requests += 1;
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        const body = content.subarray(from, from + 100_000);
        const range = {'content-range': `bytes ${from}-${content.length - 1}/${content.length}`};
        response.writeHead(from === 0 ? 200 : 206, {'content-length': content.length - from, ...(from ? range : {})});
        if (from + body.length === content.length) response.end(body);
        else response.write(body, () => setTimeout(() => response.destroy(), clientReadsMs));
      }),
    );
    expect(await fetched(url)).toBe(content.toString());
    expect(requests).toBeGreaterThan(3);
  });

  it('ends when every attempt brings a byte and is cut', async () => {
    let requests = 0;
    const url = await serve(
      createServer((request, response) => {
        requests += 1;
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        const range = {'content-range': `bytes ${from}-299/300`};
        response.writeHead(from === 0 ? 200 : 206, {'content-length': 300 - from, ...(from ? range : {})});
        response.write('x', () => setTimeout(() => response.destroy(), clientReadsMs));
      }),
    );
    await expect(fetched(url)).rejects.toMatchObject({code: 'NETWORK', details: {kind: 'cut'}});
    expect(requests).toBe(2);
  });

  it('ends when the bytes come, but far too slowly', async () => {
    const url = await serve(
      createServer((_, response) => {
        response.writeHead(200, {'content-length': 60});
        const timer = setInterval(() => response.write('x'), 5);
        response.on('close', () => clearInterval(timer));
      }),
    );
    // Ten seconds pass with each byte.
    let nowMs = 0;
    const nowIs = () => {
      nowMs += 10_000;
      return nowMs;
    };
    const failure = fetched(url, {clock: {...realClock, nowMs: nowIs}});
    await expect(failure).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/sent only \d+ bytes in 120 s/),
    });
  });

  it('ends when every attempt is cut at the same place', async () => {
    let requests = 0;
    const url = await serve(
      createServer((_, response) => {
        requests += 1;
        response.writeHead(200, {'content-length': 100});
        response.write('half', () => setTimeout(() => response.destroy(), clientReadsMs));
      }),
    );
    await expect(fetched(url, {pausesMs: [5, 5]})).rejects.toMatchObject({details: {kind: 'cut'}});
    expect(requests).toBe(3);
  });

  it('goes through the proxy that the environment names, but not to the hosts it excepts', async () => {
    const asked: string[] = [];
    const url = await serve(createServer((_, response) => response.end('direct')));
    const proxy = await serve(
      createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('by proxy');
      }),
    );
    const env = {HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1'};
    expect(await fetched('http://hub.invalid/x', {}, env)).toBe('by proxy');
    expect(asked).toEqual(['http://hub.invalid/x']);
    expect(await fetched(url, {}, env)).toBe('direct');
  });

  it('what answers without speaking HTTP is an error, not a hang', async () => {
    const server = createTcpServer((socket) => socket.resume().end('220 mail ready\r\n'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    opened.push(() => new Promise((done) => server.close(done)));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(fetched(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({code: 'NETWORK'});
  });
});
