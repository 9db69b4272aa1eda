// needs: haproxy
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Kill, killUnderLoad, serversOf} from '../support/kill.js';
import {capacity} from '../support/load.js';
import {offsetFlags} from '../support/ports.js';
import {deployStack, type Stack} from '../support/stack.js';

// Every signal, both roles, both sizes; the table of all twelve is test/slow/kill-table.ts.
const kills: Pick<Kill, 'victim' | 'signal' | 'sizeBytes'>[] = [
  {signal: 'SIGKILL', victim: 'ml-base-2', sizeBytes: 60_000},
  {signal: 'SIGKILL', victim: 'embedding-service-1', sizeBytes: 200},
  {signal: 'SIGTERM', victim: 'embedding-service-2', sizeBytes: 60_000},
  {signal: 'SIGSTOP', victim: 'ml-base-3', sizeBytes: 200},
];
const warmUpMs = 1_000;
const measureMs = 3_000;
const concurrency = 16;

let stack: Stack;
let answersPerSecond: number;

beforeAll(async () => {
  stack = await deployStack([
    ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2'],
    ...['--project', 'kill', ...(await offsetFlags())],
  ]);
  const target = {url: stack.report.urls.api, sizeBytes: 60_000, concurrency};
  await capacity({...target, durationMs: warmUpMs});
  answersPerSecond = await capacity({...target, durationMs: measureMs});
});

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
});

test.each(kills)('$signal of $victim at half the capacity loses no request of $sizeBytes bytes', async (kill) => {
  const report = await killUnderLoad(stack, {...kill, ratePerSecond: answersPerSecond / 2});
  const {sent, answered, failed, resets, failures} = report.load;
  expect(sent).toBeGreaterThan(100);
  expect({answered, failed, resets, failures}).toEqual({answered: sent, failed: 0, resets: 0, failures: {}});
  // The supervisor put a new process in its place, and it works again. One that is back very soon is never seen down.
  expect(report.restarts).toBe(1);
  expect(report.pids[1]).not.toBe(report.pids[0]);
  expect(report.outAfterMs ?? report.backAfterMs).toBeLessThan(5_000);
  expect(report.shareAfter).toBeGreaterThanOrEqual(0.2);
  expect((await serversOf(stack.report)).map(({status}) => status)).toEqual(Array.from({length: 5}, () => 'UP'));
});
