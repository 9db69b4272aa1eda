// needs: haproxy
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {StackReport} from '../../src/stack/stack-report.js';
import {startFlood} from '../support/flood.js';
import {askSteadily} from '../support/flooded-client.js';
import {deployStack, type Stack} from '../support/stack.js';

const apiKey = 'floods-key-0123456789abcdef';
const requests = 40;

let stack: Stack;

beforeAll(async () => {
  stack = await deployStack(
    [
      ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8', '--replicas', '1'],
      ...['--project', 'floods', '--port-offset', '4500'],
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

  test('the same processes run as before', async () => {
    const {json: status} = await stack.run(['status', '--json']);
    const living = (report: StackReport): string[] =>
      report.services.map(({name, pid, state, restarts}) => `${name} ${pid} ${state} ${restarts}`);
    expect(living(status as StackReport)).toEqual(living(stack.report));
  });
});
