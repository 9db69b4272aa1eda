import {describe, expect, it} from 'vitest';
import {type KeyedSource, SingleFlight} from '../../../../templates/embedder/src/cache/single-flight.js';
import {textTooLong} from '../../../../templates/embedder/src/text-too-long.js';
import type {FullVector, Wanted} from '../../../../templates/embedder/src/vector-source.js';

const wanted: Wanted = {normalise: true, truncate: false, inputType: undefined};
const facts = {
  id: 'm',
  artifact: 'a',
  nativeDimension: 1,
  dimensions: [1],
  defaultDimension: 1,
  pooling: 'mean',
  windowTokens: 8,
  prefixes: {},
  batching: 'padded',
};

/** A source that answers when it is told to: the vector of a text is its length. */
function slowSource() {
  const calls: {texts: readonly string[]; signal: AbortSignal; land: () => void; fail: (error: unknown) => void}[] = [];
  const source: KeyedSource<FullVector> = {
    compute: (keyed, _wanted, _facts, signal) => {
      const texts = keyed.map(({text}) => text);
      const {promise, resolve, reject} = Promise.withResolvers<FullVector[]>();
      const land = () => resolve(texts.map((text) => ({values: Float32Array.of(text.length), tokens: 1})));
      signal.addEventListener('abort', () => reject(signal.reason));
      calls.push({texts, signal, land, fail: reject});
      return promise;
    },
  };
  return {calls, flights: new SingleFlight(source)};
}

const keyed = (...texts: string[]) => texts.map((text) => ({key: text, text, ttlSeconds: 60}));
const alive = () => new AbortController().signal;
const values = (vectors: FullVector[]) => vectors.map((vector) => vector.values[0]);
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('single flight', () => {
  it('computes a text once for fifty requests', async () => {
    const {calls, flights} = slowSource();
    const answers = Array.from({length: 50}, () => flights.compute(keyed('same'), wanted, facts, alive()));
    calls[0]?.land();
    expect((await Promise.all(answers)).map(values)).toEqual(Array.from({length: 50}, () => [4]));
    expect(calls).toHaveLength(1);
  });

  it('sends on in one call what nobody is computing yet, and keeps the order', async () => {
    const {calls, flights} = slowSource();
    const first = flights.compute(keyed('bb'), wanted, facts, alive());
    const second = flights.compute(keyed('a', 'bb', 'ccc'), wanted, facts, alive());
    expect(calls.map(({texts}) => texts)).toEqual([['bb'], ['a', 'ccc']]);
    for (const call of calls) call.land();
    expect(values(await second)).toEqual([1, 2, 3]);
    expect(values(await first)).toEqual([2]);
  });

  it('computes anew what has landed', async () => {
    const {calls, flights} = slowSource();
    const first = flights.compute(keyed('a'), wanted, facts, alive());
    calls[0]?.land();
    await first;
    const again = flights.compute(keyed('a'), wanted, facts, alive());
    calls[1]?.land();
    expect(values(await again)).toEqual([1]);
  });

  it('goes on for the others when the one that began it leaves, and stops when the last one does', async () => {
    const {calls, flights} = slowSource();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = flights.compute(keyed('a'), wanted, facts, one.signal);
    const second = flights.compute(keyed('a'), wanted, facts, two.signal);
    one.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(calls[0]?.signal.aborted).toBe(false);
    two.abort(new Error('gone too'));
    await expect(second).rejects.toThrow('gone too');
    expect(calls[0]?.signal.aborted).toBe(true);
    const third = flights.compute(keyed('a'), wanted, facts, alive());
    calls[1]?.land();
    expect(values(await third)).toEqual([1]);
  });

  it('does not punish a request for a text that is too long in another one', async () => {
    const {calls, flights} = slowSource();
    const theirs = flights.compute(keyed('fine', 'long'), wanted, facts, alive());
    const ours = flights.compute(keyed('a', 'fine'), wanted, facts, alive());
    calls[0]?.fail(textTooLong(1, 99, 8));
    calls[1]?.land();
    await expect(theirs).rejects.toMatchObject({code: 'text_too_long', details: {index: 1}});
    await nextTurn();
    expect(calls[2]?.texts).toEqual(['fine']);
    calls[2]?.land();
    expect(values(await ours)).toEqual([1, 4]);
  });

  it('names the place of a text that is too long in the whole request', async () => {
    const {calls, flights} = slowSource();
    const first = flights.compute(keyed('a'), wanted, facts, alive());
    const second = flights.compute(keyed('a', 'b', 'long'), wanted, facts, alive());
    calls[0]?.land();
    calls[1]?.fail(textTooLong(1, 99, 8));
    await first;
    await expect(second).rejects.toMatchObject({code: 'text_too_long', details: {index: 2, tokens: 99, window: 8}});
  });
});
