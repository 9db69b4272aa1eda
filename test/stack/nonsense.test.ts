import {describe, expect, it} from 'vitest';
import {z} from 'zod';
import {awaitServersUp} from '../../src/runtime/await-servers-up.js';
import {sampleEmbedding} from '../../src/stack/sample-embedding.js';
import {requestJson} from '../../src/system/http/http-json.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {plainHttp} from '../../src/system/tls/tls-probe.js';
import {nonsense, startNonsense} from '../support/nonsense-server.js';
import {planOf} from '../support/plans.js';

const {signal} = new AbortController();
const kinds = Object.entries(nonsense);

describe('a server that is not the stack', () => {
  it.each(kinds)('%s: the sample embedding asks once, and the error tells what came', async (_kind, does) => {
    await using server = await startNonsense(does);
    const plan = planOf({edition: 'community'});
    const asked = sampleEmbedding({...plan, urls: {...plan.urls, api: server.url}}, nodeSystem(signal));
    await expect(asked).rejects.toMatchObject({code: 'NETWORK', message: expect.stringContaining(server.url)});
    expect(server.connections).toBe(1);
  });

  it.each(kinds)('%s: waiting for the load balancer ends, with pauses between', async (_kind, does) => {
    await using server = await startNonsense(does);
    const plan = planOf({edition: 'community'});
    let nowMs = 0;
    const clock = {
      nowMs: () => nowMs,
      sleep: (ms: number) => {
        nowMs += ms;
        return Promise.resolve();
      },
    };
    const waited = awaitServersUp({...plan, urls: {...plan.urls, stats: `${server.url}/stats`}}, {clock, signal});
    await expect(waited).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(`the load balancer's statistics: `),
    });
    // It was not given up at the first look, and not asked without a pause.
    expect(server.connections).toBeGreaterThan(5);
    expect(server.connections).toBeLessThan(nowMs / 100);
  });

  it('that never stops talking is not read to the end of memory', async () => {
    const megabyte = Buffer.alloc(2 ** 20, 'x');
    await using server = await startNonsense((socket) => {
      const more = (): unknown => socket.writable && socket.write(megabyte, more);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n', more));
    });
    const asked = requestJson(server.url, {schema: z.unknown(), timeoutMs: 25_000, signal});
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining('a response larger than any of a stack'),
    });
  });

  it('that drips a byte now and then does not put off the end of a TLS probe', async () => {
    // A whole answer in the end: a probe that waited as long as something comes would take it for one.
    const left = [...'HTTP/1.1 200 OK'];
    await using server = await startNonsense((socket) => {
      const timer = setInterval(() => socket.write(left.shift() ?? 'x'), 40);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await plainHttp({port: server.port, signal, timeoutMs: 200})).toBe('refused');
  });
});
