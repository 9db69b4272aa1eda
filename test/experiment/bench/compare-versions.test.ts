import {expect, it} from 'vitest';
import {SutraError} from '../../../src/errors.js';
import {compareVersions, type Side} from '../../../src/experiment/bench/compare-versions.js';
import {parseLoad} from '../../../src/experiment/load/request/parse-load.js';
import {fastServer, type LoadTargetServer} from '../../support/load-targets.js';
import {leasePorts} from '../../support/ports.js';

const port = await leasePorts();
const request = {
  ...parseLoad({
    arrivals: 'uniform',
    closed: true,
    connections: 2,
    workers: 1,
    warmup: '0s',
    timeout: '5s',
    duration: '200ms',
    workload: 'unique',
    words: '4',
    batch: '1',
    seed: 7,
  }),
  url: new URL(`http://127.0.0.1:${port}/embed`),
};
const signal = AbortSignal.timeout(25_000);
const options = {repeats: 2, signal, onRun: () => undefined};

/** A server at the one port both sides have, and what was done with it in which order. */
function side(title: string, log: string[]): Side {
  let server: LoadTargetServer | null = null;
  return {
    title,
    async bring() {
      log.push(`${title} up`);
      server = await fastServer(port);
    },
    async end() {
      log.push(`${title} down`);
      await server?.[Symbol.asyncDispose]();
    },
  };
}

it('both are measured as often, each new, and never at once', async () => {
  const log: string[] = [];
  const found = await compareVersions({baseline: side('old', log), now: side('new', log)}, request, options);
  expect([found.baseline.length, found.now.length]).toEqual([2, 2]);
  expect(log.filter((_, index) => index % 2 === 0).every((line) => line.endsWith('up'))).toBe(true);
  expect(log.map((line) => line.replace(/ (up|down)/, ''))).toEqual(
    log.flatMap((line) => (line.endsWith('up') ? [line.replace(' up', ''), line.replace(' up', '')] : [])),
  );
  expect(found.what).toContain('closed loop, 2 at a time, 0.2 s');
});

it('a version that does not start ends the comparison, and is ended itself', async () => {
  const log: string[] = [];
  const bring = () => Promise.reject(new SutraError('START_FAILED', 'no such thing'));
  const broken = {...side('old', log), bring};
  await expect(compareVersions({baseline: broken, now: side('new', log)}, request, options)).rejects.toThrow(
    'old could not be measured: no such thing',
  );
  expect(log.at(-1)).toBe('old down');
});
