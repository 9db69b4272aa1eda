// needs: haproxy
import {Agent, request} from 'undici';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {StackReport} from '../../src/stack/stack-report.js';
import {startFlood} from '../support/flood.js';
import {askSteadily} from '../support/flooded-client.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';

const apiKey = 'floods-key-0123456789abcdef';
const requests = 40;

let stack: Stack;

beforeAll(async () => {
  stack = await deployStack(
    [
      ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8', '--replicas', '1'],
      ...['--project', 'floods', ...(await offsetFlags())],
    ],
    {SUTRA_API_KEY: apiKey},
  );
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

describe('1,100 connections from one address leave the others served, and restart nothing', () => {
  test.each([
    ['idle ones at the API', 'idle', 'api'],
    ['ones that ask /health at the API', 'keep-alive', 'api'],
    ['halves of bodies at the API', 'half-bodies', 'api'],
    ['idle ones at the models', 'idle', 'loadBalancer'],
    ['idle ones at the statistics', 'idle', 'stats'],
  ] as const)('%s', async (_, kind, door) => {
    const {urls} = stack.report;
    const {hostname, port} = new URL(urls[door] ?? '');
    await using flood = await startFlood(kind, {
      host: hostname,
      port: Number(port),
      tls: false,
      localAddress: '127.0.0.2',
    });
    await expect.poll(() => flood.counts().opened, {timeout: 60_000}).toBeGreaterThanOrEqual(1_100);
    const {sent, failures} = await askSteadily({
      origin: urls.api,
      certificate: null,
      apiKey,
      ratePerSecond: 20,
      requests,
    });
    expect({sent, failures}).toEqual({sent: requests, failures: {}});
    expect((await fetch(`${urls.loadBalancer}/info`, {signal: AbortSignal.timeout(10_000)})).status).toBe(200);
    expect((await fetch(`${urls.stats}`, {signal: AbortSignal.timeout(10_000)})).status).toBe(200);
  });

  test('an address that asks more than 100 times a second without a key waits for its refusal, and nobody else does', async () => {
    const {api} = stack.report.urls;
    const ask = async (localAddress: string, headers: Record<string, string> = {}) => {
      const agent = new Agent({localAddress});
      const {statusCode, body} = await request(`${api}/health`, {dispatcher: agent, headers});
      await body.dump();
      await agent.close();
      return statusCode;
    };
    const flooding = new Agent({localAddress: '127.0.0.3', connections: 16});
    const seen = {answered: 0, lastMs: performance.now()};
    const refusals = Array.from({length: 16}, async () => {
      for (;;) {
        const startMs = performance.now();
        const {statusCode, body} = await request(`${api}/health`, {dispatcher: flooding});
        const text = await body.text();
        seen.lastMs = performance.now();
        if (statusCode !== 200) return {statusCode, text, seconds: (seen.lastMs - startMs) / 1_000};
        seen.answered += 1;
      }
    });
    await expect.poll(() => performance.now() - seen.lastMs, {timeout: 60_000}).toBeGreaterThan(2_000);
    expect(seen.answered).toBeGreaterThanOrEqual(1_000);
    expect(await ask('127.0.0.3', {'x-api-key': apiKey})).toBe(200);
    expect(await ask('127.0.0.4')).toBe(200);
    for (const {statusCode, text, seconds} of await Promise.all(refusals)) {
      expect({statusCode, text}).toEqual({statusCode: 429, text: expect.stringContaining('"code":"rate_limited"')});
      expect(seconds).toBeGreaterThan(9);
    }
    await flooding.close();
  });

  test('the same processes run as before', async () => {
    const {json: status} = await stack.run(['status', '--json']);
    const living = (report: StackReport): string[] =>
      report.services.map(({name, pid, state, restarts}) => `${name} ${pid} ${state} ${restarts}`);
    expect(living(status as StackReport)).toEqual(living(stack.report));
  });
});
