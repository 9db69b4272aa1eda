import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, it} from 'vitest';
import {SutraError} from '../../../../src/errors.js';
import {allSucceed, p50, rate} from '../../../../src/experiment/bench/bench-criteria.js';
import {identityOf} from '../../../../src/experiment/bench/identity-of-plan.js';
import type {BenchOption, OptionSet} from '../../../../src/experiment/bench/matrix/bench-option.js';
import {interleaving} from '../../../../src/experiment/bench/matrix/interleaving.js';
import {type Measure, measureOptions, type OptionRun} from '../../../../src/experiment/bench/matrix/measure-options.js';
import {optionsFindings} from '../../../../src/experiment/bench/matrix/options-findings.js';
import {optionsMatrix} from '../../../../src/experiment/bench/matrix/options-matrix.js';
import type {RunResult} from '../../../../src/experiment/load/result/run-result.js';
import {planOf} from '../../../support/plans.js';
import {sampleRun} from '../../../support/sample-run.js';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const option = (id: string): BenchOption => ({id, title: id, settings: {}});
const collect = async (attempts: AsyncIterable<OptionRun>) => {
  const all: OptionRun[] = [];
  for await (const attempt of attempts) all.push(attempt);
  return all;
};

/** A server that answers after `waitMs`, and how often it was asked. */
async function slowServer(waitMs: number): Promise<string> {
  const server = createServer((_request, response) => setTimeout(() => response.end('ok'), waitMs));
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One small closed-loop run, as a record. */
async function load(url: string, requests: number, signal: AbortSignal): Promise<RunResult> {
  const latencies: number[] = [];
  const startedMs = performance.now();
  for (let sent = 0; sent < requests; sent += 1) {
    const sentMs = performance.now();
    await (await fetch(url, {signal})).text();
    latencies.push(performance.now() - sentMs);
  }
  const durationSeconds = (performance.now() - startedMs) / 1_000;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? null;
  const base = sampleRun({seed: 1, medianMs: 1, perSecond: 1, seconds: 1});
  const latencyMs = {...base.latencyMs, p50: at(0.5), p95: at(0.95), p99: at(0.99)};
  return {...base, target: url, requests, durationSeconds, achievedPerSecond: requests / durationSeconds, latencyMs};
}

it('real servers, measured interleaved: the faster one is recommended', async () => {
  const urls: Record<string, string> = {slow: await slowServer(12), fast: await slowServer(2)};
  const set: OptionSet = {
    title: 'servers',
    options: [option('slow'), option('fast')],
    criteria: [allSucceed, rate(1), p50(1)],
    claims: [],
  };
  const order: string[] = [];
  const measure: Measure = ({id}, signal) => {
    order.push(id);
    return load(urls[id] ?? '', 8, signal);
  };
  const signal = AbortSignal.timeout(20_000);
  const attempts = await collect(measureOptions(set.options, {repeats: 10, seed: 3, measure, signal}));
  expect(attempts).toHaveLength(20);
  const rounds = Array.from({length: 10}, (_, round) => order.slice(round * 2, round * 2 + 2).toSorted());
  expect(new Set(rounds.map(String))).toEqual(new Set(['fast,slow']));
  const matrix = optionsMatrix(set, attempts);
  expect(matrix).toMatchObject({verdict: 'pass', recommendation: {option: 'fast'}});
  expect(matrix.rows[1]?.cells[1]?.difference).toMatchObject({judgement: 'better', beyondMargin: true});
  const findings = optionsFindings(set, attempts, {
    verdict: matrix.verdict,
    what: '8 requests',
    digests: {fast: 'f'},
    stacks: {fast: identityOf(planOf())},
  });
  expect(findings).toMatchObject({
    kind: 'bench',
    verdict: 'pass',
    options: [
      {id: 'slow', configDigest: null},
      {id: 'fast', configDigest: 'f', stack: {edition: 'simple', cache: true}},
    ],
  });
  expect(findings.kind === 'bench' && findings.options.map(({runs}) => runs.length)).toEqual([10, 10]);
});

it('an option that cannot be measured is unknown, and the others go on', async () => {
  const good = sampleRun({seed: 2, medianMs: 5, perSecond: 50, seconds: 2});
  let asked = 0;
  const measure: Measure = ({id}) => {
    if (id === 'b') asked += 1;
    return id === 'b' ? Promise.reject(new SutraError('START_FAILED', 'b did not come up')) : Promise.resolve(good);
  };
  const set: OptionSet = {title: 't', options: [option('a'), option('b')], criteria: [rate(1)], claims: []};
  const signal = AbortSignal.timeout(5_000);
  const attempts = await collect(measureOptions(set.options, {repeats: 10, seed: 1, measure, signal}));
  expect(asked).toBe(1);
  expect(attempts).toHaveLength(11);
  const matrix = optionsMatrix(set, attempts);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('b did not come up');
});

it('a run whose generator was late leaves its option unknown', () => {
  const run = sampleRun({seed: 2, medianMs: 5, perSecond: 50, seconds: 2});
  const late: RunResult = {...run, verdict: 'unknown', reason: 'the generator was 40 ms late'};
  const set: OptionSet = {title: 't', options: [option('a'), option('b')], criteria: [rate(1)], claims: []};
  const attempts: OptionRun[] = set.options.flatMap((each) =>
    Array.from({length: 10}, (_, round) => ({
      option: each,
      round,
      run: each.id === 'b' && round === 4 ? late : run,
      failure: '',
    })),
  );
  const matrix = optionsMatrix(set, attempts);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('run 5 of 10: the generator was 40 ms late');
});

it('an interrupt ends the measuring', async () => {
  const interrupt = new AbortController();
  const measure: Measure = () => {
    interrupt.abort(new Error('interrupted'));
    return Promise.resolve(sampleRun({seed: 2, medianMs: 5, perSecond: 50, seconds: 2}));
  };
  const attempts = measureOptions([option('a')], {repeats: 3, seed: 1, measure, signal: interrupt.signal});
  await expect(collect(attempts)).rejects.toThrow('interrupted');
});

it('each option begins equally often, in an order the seed decides', () => {
  const rounds = interleaving(['a', 'b', 'c'], 9, 5);
  const begins = rounds.map(([first]) => first).toSorted();
  expect(begins.join('')).toBe('aaabbbccc');
  for (const round of rounds) expect(round.join('')).toMatch(/^(abc|bca|cab)$/);
  expect(interleaving(['a', 'b', 'c'], 9, 5)).toEqual(rounds);
  expect(interleaving(['a', 'b', 'c'], 9, 6)).not.toEqual(rounds);
});
