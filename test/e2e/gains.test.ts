// needs: haproxy
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import {median} from '../../src/stats/quantile.js';
import {openLoop} from '../support/load.js';
import {leaseOffset} from '../support/ports.js';
import {stackFolder} from '../support/stack.js';
import {type StandInStack, standInStack} from '../support/stand-in-stack.js';
import {embed} from '../templates/embedder/support/embed-client.js';

// What the documents promise of a cache, a batch and replicas, with a model whose time is known: stand-ins take it on every
// machine; the API replicas, the cache shard and HAProxy are those that deploy starts.

const place = {project: 'gains', portOffset: await leaseOffset()};
const beforeDeathMs = 500;
const noCache = {cache: {enabled: false}};

/** How long `POST /embed` of these texts takes, in milliseconds. */
async function embedMs({url}: StandInStack, texts: string[]): Promise<number> {
  const startMs = performance.now();
  await embed(url, {texts});
  return performance.now() - startMs;
}

async function inTurn(stack: StandInStack, requests: string[][]): Promise<number[]> {
  const took: number[] = [];
  for (const texts of requests) took.push(await embedMs(stack, texts));
  return took;
}

const numbered = (count: number, name: string) => Array.from({length: count}, (_, at) => `${name} ${at}`);
const alone = (texts: string[]) => texts.map((text) => [text]);

test('a model that takes 650 ms a text: a miss takes as long, a hit 50 ms at most', async () => {
  await using stack = await standInStack({edition: 'simple', ...place}, {perCallMs: 0, perTextMs: 650});
  const texts = numbered(3, 'seldom asked');
  const misses = await inTurn(stack, alone(texts));
  const hits = await inTurn(stack, alone(Array.from({length: 20}, (_, at) => texts[at % texts.length] ?? '')));
  expect(Math.min(...misses)).toBeGreaterThanOrEqual(650);
  // The median: others may take the processor from one of them, not from half.
  expect(median(hits)).toBeLessThanOrEqual(50);
});

// A text alone 50 ms, ten at once 80 ms: the documents' figures.
test('a model whose calls cost more than its texts: ten texts at once take a third of ten requests or less', async () => {
  const time = {perCallMs: 140 / 3, perTextMs: 10 / 3};
  await using stack = await standInStack({edition: 'simple', ...noCache, ...place}, time);
  const rounds = [0, 1, 2];
  const ratios: number[] = [];
  for (const round of rounds) {
    const one = (await inTurn(stack, alone(numbered(10, `alone ${round}`)))).reduce((sum, ms) => sum + ms, 0);
    ratios.push(one / (await embedMs(stack, numbered(10, `together ${round}`))));
  }
  expect(median(ratios)).toBeGreaterThanOrEqual(3);
});

/** Answers a second to twelve clients that ask again and again. */
async function rate({url}: StandInStack, workload: string): Promise<number> {
  await using folder = stackFolder();
  const load = ['--closed', '--connections', '12', '--duration', '5s', '--warmup', '1s', '--seed', '7'];
  const {json, stderr} = await folder.run(['bench', '--url', url, '--workload', workload, ...load, '--json']);
  const parsed = benchReportSchema.safeParse(json);
  if (!parsed.success) throw new Error(stderr);
  const [run] = parsed.data.runs;
  expect(run).toMatchObject({errors: {total: 0}});
  return run?.achievedPerSecond ?? Number.NaN;
}

// The documents' model takes 667 ms a text; with 100 ms the test is shorter, and the ratio is the same.
describe('a model that takes 100 ms a text, under the same load', () => {
  const time = {perCallMs: 0, perTextMs: 100};
  const searches = 'zipf:1.1:1000';
  let simple: number;
  let community: StandInStack;
  beforeAll(async () => {
    {
      await using stack = await standInStack({edition: 'simple', ...noCache, ...place}, time);
      simple = await rate(stack, searches);
    }
    community = await standInStack({edition: 'community', ...place}, time);
  });
  afterAll(() => community?.[Symbol.asyncDispose]());

  test('three replicas answer almost three times as much as one, where no text comes again', async () => {
    expect((await rate(community, 'unique')) / simple).toBeGreaterThan(2.5);
  });

  test('three replicas and the cache answer three times as much as simple, and more', async () => {
    expect((await rate(community, searches)) / simple).toBeGreaterThanOrEqual(3);
  });

  // The last one: it leaves one replica.
  test('two of three replicas die at once: 50 requests of 50 are answered, and a third of the rate is left', async () => {
    const whole = await rate(community, 'unique');
    // 8 a second, where the replica that is left can take 10.
    const loading = openLoop({url: community.url, sizeBytes: 200, ratePerSecond: 8, durationMs: 6_250});
    await sleep(beforeDeathMs);
    await Promise.all(community.models.slice(0, 2).map((model) => model[Symbol.asyncDispose]()));
    expect(await loading).toMatchObject({sent: 50, answered: 50, failures: {}});
    const left = (await rate(community, 'unique')) / whole;
    expect(left).toBeGreaterThanOrEqual(0.25);
    expect(left).toBeLessThanOrEqual(0.42);
  });
});
