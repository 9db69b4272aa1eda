import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it, onTestFinished} from 'vitest';
import {rateLimit} from '../../../src/experiment/validate/checks/rate-limit.js';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {planOf} from '../../support/plans.js';

const limit = 30;

/** An API that counts its callers by what `caller` tells them apart by. */
async function check(caller: (request: IncomingMessage) => string, keys: string | null = null) {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const count = (counts.get(caller(request)) ?? 0) + 1;
    counts.set(caller(request), count);
    if (count > limit) response.writeHead(429, {'retry-after': '60'});
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const plan = planOf({edition: 'community', rateLimit: limit}, 2, keys);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const system = nodeSystem(new AbortController().signal, '/');
  return await rateLimit.run({plan: {...plan, urls: {...plan.urls, api: url}}, system} as StackUnderTest);
}

it('addresses that are told apart: another one is still answered', async () => {
  const result = await check(({socket}) => socket.remoteAddress ?? '');
  expect(result).toMatchObject({verdict: 'pass', reason: expect.stringContaining('another address is still answered')});
});

it('addresses that are hidden: it says that callers without a key share one limit, and what helps', async () => {
  const result = await check(() => 'the gateway');
  expect(result).toMatchObject({verdict: 'pass', reason: expect.stringMatching(/share one limit; set SUTRA_API_KEY/)});
});

it('addresses that are hidden, where keys are counted: it says so', async () => {
  const result = await check(() => 'the gateway', 'f1ce9a0b77d2');
  expect(result).toMatchObject({reason: expect.stringMatching(/share one limit; each API key has its own limit/)});
});
