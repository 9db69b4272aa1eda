import {setTimeout as sleep} from 'node:timers/promises';
import {expect, it} from 'vitest';
import {runTimeMs} from '../../../src/system/process/process-load.js';

const waitMs = 100;
const own = () => runTimeMs(process.pid) ?? Number.NaN;

it('run time grows by what a process computes, and hardly while it waits', async () => {
  const cpuStart = process.cpuUsage();
  const start = own();
  const end = performance.now() + 100;
  while (performance.now() < end);
  const {user, system} = process.cpuUsage(cpuStart);
  const busyMs = own() - start;
  // The kernel's own figure, in the same process: within a tick of the scheduler and a thread that ended.
  expect(Math.abs(busyMs - (user + system) / 1_000)).toBeLessThan(25);
  expect(busyMs).toBeGreaterThan(10);
  const waited = own();
  await sleep(waitMs);
  expect(own() - waited).toBeLessThan(busyMs);
});

it('a process that is gone has none', () => {
  expect(runTimeMs(2 ** 30)).toBeNull();
});
