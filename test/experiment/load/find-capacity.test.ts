import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {expect, it, onTestFinished} from 'vitest';
import {evidenceSchema} from '../../../src/decision/evidence.js';
import type {Measured} from '../../../src/decision/option-evidence.js';
import {capacityFindings, capacitySeries} from '../../../src/experiment/bench/capacity-findings.js';
import {capacityReportSchema} from '../../../src/experiment/bench/capacity-report.js';
import {identityOf} from '../../../src/experiment/bench/identity-of-plan.js';
import {findCapacity} from '../../../src/experiment/load/find-capacity.js';
import {parseLoad} from '../../../src/experiment/load/request/parse-load.js';
import {parseThresholds} from '../../../src/experiment/load/result/judge-bench.js';
import {planOf} from '../../support/plans.js';

/** Answers everything at once, and keeps the texts it was asked for. */
async function recordingServer() {
  const texts: string[] = [];
  const server = createServer(async (request, answer) => {
    texts.push(...(JSON.parse(await text(request)) as {texts: string[]}).texts);
    answer.end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise((done) => server.once('listening', done));
  return {url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/embed`), texts};
}

const thresholds = parseThresholds(['p99<5s']);

async function search(url: URL, shares: Measured[]) {
  const flags = {arrivals: 'uniform', closed: false, workers: 1, warmup: '100ms', timeout: '5s'} as const;
  const load = parseLoad({...flags, workload: 'unique', words: '4', batch: '1', seed: 7});
  let run = 0;
  return await findCapacity(
    {...load, url},
    {
      signal: AbortSignal.timeout(20_000),
      thresholds,
      trialMs: 500,
      search: {startPerSecond: 20, highestPerSecond: 40, precision: 1.1},
      watched: async (make) => {
        const made = await make();
        // A machine that is busy with other tests makes the generator late, which is not what is looked at here.
        const sound = {...made, verdict: 'ok' as const, achievedPerSecond: made.offeredPerSecond ?? 0};
        return [sound, shares[run++] ?? {kind: 'missing', reason: 'more runs than shares'}];
      },
    },
  );
}

const share = (value: number): Measured => ({kind: 'exact', value});

it('no trial meets the texts of an earlier one, nor does the second look', async () => {
  const {url, texts} = await recordingServer();
  const {trials} = await search(url, [share(0), share(0), share(0), share(0)]);
  expect(trials.length).toBeGreaterThan(2);
  expect(trials.some(({confirms}) => confirms)).toBe(true);
  expect(new Set(trials.map(({run}) => run.profile.seed)).size).toBe(trials.length);
  expect(texts.length).toBeGreaterThan(40);
  expect(new Set(texts).size).toBe(texts.length);
});

it('each trial has its share of cached texts, the answer that of its own rate; a record keeps all of it', async () => {
  const {url} = await recordingServer();
  const capacity = await search(url, [share(10), share(60), share(80), share(80), share(80)]);
  expect(capacity.trials.map(({fromCache}) => fromCache).slice(0, 3)).toEqual([share(10), share(60), share(80)]);
  expect(capacity).toMatchObject({verdict: 'pass', capacityPerSecond: 40, fromCache: share(70)});
  expect(capacityReportSchema.parse(JSON.parse(JSON.stringify({schemaVersion: 1, ...capacity})))).toEqual({
    schemaVersion: 1,
    ...capacity,
  });
  const stack = identityOf(planOf({edition: 'community', model: 'all-MiniLM-L6-v2'}));
  const found = capacityFindings(capacity, {thresholds, configDigest: 'digest', stack});
  const environment = {platform: 'p', cpu: 'c', cores: 2, memoryBytes: 1, node: 'v24'};
  const head = {schemaVersion: 1 as const, at: '2026-03-04T05:06:07.000Z', configDigest: 'digest', commit: null};
  expect(evidenceSchema.parse(JSON.parse(JSON.stringify({...head, environment, ...found})))).toMatchObject({
    what: 'the highest rate that meets p99<5s, errors<1%; trials of 0.5 s; unique',
    thresholds: [{threshold: 'p99<5s', verdict: 'pass'}, {threshold: 'errors<1%'}],
    options: [
      {
        title: 'community, sentence-transformers/all-MiniLM-L6-v2',
        stack: {replicas: 3, edition: 'community', artifact: expect.stringMatching(/^[0-9a-f]{64}$/)},
        measured: {capacity: {value: 40}, 'from-cache': {value: 70}},
        runs: {length: capacity.trials.length},
      },
    ],
  });
  expect(capacitySeries(capacity).map(({label, runs}) => [label, runs.length])).toEqual([
    ['40/s', 2],
    ['20/s', 1],
  ]);
});

it('where the cache could not be seen at the rate that was found, the answer says why', async () => {
  const {url} = await recordingServer();
  const reason = 'the cache is off';
  const capacity = await search(url, [share(10), share(60), {kind: 'missing', reason}]);
  expect(capacity.fromCache).toEqual({kind: 'missing', reason});
});
