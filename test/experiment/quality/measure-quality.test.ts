import {expect, it} from 'vitest';
import {meaningKept} from '../../../src/experiment/bench/matrix/meaning-kept.js';
import {measureQuality} from '../../../src/experiment/quality/measure-quality.js';
import {sentencePairs, sentences} from '../../../src/experiment/quality/sentence-pairs.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {type EmbedServer, embedServer, numbersOf} from '../../support/embed-server.js';
import {planOf} from '../../support/plans.js';

const signal = AbortSignal.timeout(25_000);
const fullDimension = 16;
const measure = ({url}: EmbedServer, dimension: number) => measureQuality(url, {dimension, fullDimension, signal});

/** What a stack with this API says of its vectors. */
const keptBy = ({url}: EmbedServer, system = nodeSystem(signal)) => {
  const plan = planOf({dimension: 256});
  const usage = () => Promise.resolve([]);
  return meaningKept.measure({plan: {...plan, urls: {...plan.urls, api: url}}, system, usage});
};

it('is measured on 120 sentences and 200 pairs, none of them twice', () => {
  expect(new Set(sentences).size).toBe(120);
  const pairs = sentencePairs.map(({of}) => of.toSorted((a, b) => a - b).join(' '));
  expect(new Set(pairs).size).toBe(200);
  expect(sentencePairs.every(({of: [a, b]}) => a !== b && sentences[a] && sentences[b])).toBe(true);
  expect(new Set(sentencePairs.flatMap(({of}) => of)).size).toBe(120);
  const kinds = sentencePairs.map(({kind}) => kind);
  const counts = [...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]);
  expect(Object.fromEntries(counts)).toEqual({
    paraphrase: 40,
    'near miss': 40,
    'same topic': 60,
    'different topic': 60,
  });
});

it('a beginning that holds all there is keeps all; each sentence is asked for once in each width', async () => {
  const padded = (text: string, dimension: number) =>
    [...numbersOf(text, 4), ...Array<number>(12).fill(0)].slice(0, dimension);
  await using server = await embedServer(padded);
  const {rankAgreement, neighboursKept} = await measure(server, 4);
  expect(rankAgreement).toBeCloseTo(1, 12);
  expect(neighboursKept).toBe(1);
  for (const width of [16, 4]) {
    const texts = server.asked.filter(({dimension}) => dimension === width).map(({texts: batch}) => batch);
    expect(texts.flat()).toEqual(sentences);
    expect(texts.every((batch) => batch.length <= 24)).toBe(true);
  }
});

it('a beginning that says nothing of the rest keeps next to nothing', async () => {
  const unlike = (text: string, dimension: number) =>
    [...numbersOf(`beginning of ${text}`, 4).map((value) => value / 1_000), ...numbersOf(text, 12)].slice(0, dimension);
  await using server = await embedServer(unlike);
  const {rankAgreement, neighboursKept} = await measure(server, 4);
  expect(Math.abs(rankAgreement)).toBeLessThan(0.3);
  expect(neighboursKept).toBeLessThan(0.25);
});

it('vectors of another width, too few of them, or without a direction measure nothing', async () => {
  await using wide = await embedServer((text) => numbersOf(text, 16));
  await expect(measure(wide, 4)).rejects.toThrow('24 vectors of 16 numbers instead of 24 of 4');
  await using few = await embedServer((text, dimension) => (text === sentences[3] ? [] : numbersOf(text, dimension)));
  await expect(measure(few, 4)).rejects.toThrow('23 vectors of 16 numbers instead of 24 of 16');
  for (const row of [Array<number>(16).fill(0), Array<number>(16).fill(1)]) {
    await using same = await embedServer((_text, dimension) => row.slice(0, dimension));
    await expect(measure(same, 4)).rejects.toThrow('there is nothing to rank');
  }
});

it('what could not be measured is missing, with the reason', async () => {
  await using good = await embedServer(numbersOf);
  expect(await keptBy(good)).toMatchObject({
    'rank-agreement': {kind: 'exact', value: expect.any(Number)},
    'neighbours-kept': {kind: 'exact', value: expect.any(Number)},
  });
  await using refusing = await embedServer((text, dimension) =>
    dimension === 256 ? null : numbersOf(text, dimension),
  );
  const reason = expect.stringMatching(/answered 422: .*not offered/);
  expect(await keptBy(refusing)).toEqual({
    'rank-agreement': {kind: 'missing', reason},
    'neighbours-kept': {kind: 'missing', reason},
  });
  const interrupted = nodeSystem(AbortSignal.abort(new Error('interrupted')));
  expect(await keptBy(good, interrupted)).toMatchObject({'rank-agreement': {kind: 'missing', reason: 'interrupted'}});
});
