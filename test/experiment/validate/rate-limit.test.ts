import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it, onTestFinished} from 'vitest';
import {rateLimit} from '../../../src/experiment/validate/checks/security/rate-limit.js';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {planOf} from '../../support/plans.js';

const limit = 30;

interface Api {
  /** What it tells its callers apart by. */
  caller: (request: IncomingMessage) => string;
  refuses?: boolean;
  retryAfter?: string;
}

async function check({caller, refuses = true, retryAfter = '60'}: Api, keys: string | null = null) {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const count = (counts.get(caller(request)) ?? 0) + 1;
    counts.set(caller(request), count);
    if (refuses && count > limit) response.writeHead(429, {'retry-after': retryAfter});
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const plan = planOf({edition: 'community', rateLimit: limit}, 2, keys);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const system = nodeSystem(new AbortController().signal, '/');
  return await rateLimit.run({plan: {...plan, urls: {...plan.urls, api: url}}, system} as StackUnderTest);
}

const byAddress = ({socket}: IncomingMessage) => socket.remoteAddress ?? '';

it('addresses that are told apart: another one is still answered', async () => {
  const result = await check({caller: byAddress});
  expect(result).toMatchObject({verdict: 'pass', reason: expect.stringContaining('another address is still answered')});
});

it('addresses that are hidden: it says that callers without a key share one limit, and what helps', async () => {
  const result = await check({caller: () => 'the gateway'});
  expect(result).toMatchObject({verdict: 'pass', reason: expect.stringMatching(/share one limit; set SUTRA_API_KEY/)});
});

it('addresses that are hidden, where keys are counted: it says so', async () => {
  const result = await check({caller: () => 'the gateway'}, 'f1ce9a0b77d2');
  expect(result).toMatchObject({reason: expect.stringMatching(/share one limit; each API key has its own limit/)});
});

it.each([
  ['never refuses', {refuses: false}, 'without a 429'],
  ['refuses without saying until when', {retryAfter: '0'}, 'Retry-After 0'],
])('an API that %s fails', async (_, api, reason) => {
  const result = await check({caller: byAddress, ...api});
  expect(result).toMatchObject({verdict: 'fail', reason: expect.stringContaining(reason)});
});
