import {expect, it} from 'vitest';
import {type Claim, judgeClaims} from '../../src/decision/claim.js';
import type {Score} from '../../src/decision/criterion.js';
import {decide} from '../../src/decision/decide.js';
import type {Measured} from '../../src/decision/option-evidence.js';

const around = (middle: number): Measured => ({
  kind: 'repeats',
  values: [-10, -8, -5, -3, -1, 1, 3, 5, 8, 10].map((step) => middle * (1 + step / 1_000)),
});
const score = (id: string, better: Score['better']): Score => ({
  kind: 'score',
  id,
  title: id,
  unit: better === 'lower' ? 'ms' : 'texts/s',
  better,
  weight: 1,
  marginRatio: 0.05,
});
const matrix = decide({
  title: 'claims',
  purpose: 'choose',
  criteria: [score('rate', 'higher'), score('p50', 'lower')],
  options: [
    {id: 'before', title: 'before', measured: {rate: around(10), p50: around(100)}},
    {id: 'after', title: 'after', measured: {rate: around(20), p50: around(50)}},
    {id: 'unseen', title: 'unseen', measured: {}},
  ],
  baseline: 'before',
});
const judge = (claim: Partial<Claim>) =>
  judgeClaims(
    [{option: 'after', criterion: 'rate', printed: '', value: 0, of: 'value', source: 'seed', ...claim}],
    matrix,
  )[0];

it('a claim inside the measured interval holds', () => {
  expect(judge({value: 20})).toMatchObject({word: 'holds', measured: '20 texts/s'});
  expect(judge({value: 2, of: 'times baseline'})).toMatchObject({word: 'holds', measured: '2x'});
});

it('a claim of more than there is does not hold, one of less is better than claimed', () => {
  expect(judge({value: 3, of: 'times baseline'})?.word).toBe('does not hold');
  expect(judge({value: 520})?.word).toBe('does not hold');
  expect(judge({value: 8.8})?.word).toBe('better than claimed');
});

it('of a latency, lower is better and a factor is how much it falls', () => {
  expect(judge({criterion: 'p50', value: 40})?.word).toBe('does not hold');
  expect(judge({criterion: 'p50', value: 2_000})?.word).toBe('better than claimed');
  expect(judge({criterion: 'p50', value: 2, of: 'times baseline'})).toMatchObject({word: 'holds', measured: '2x'});
  expect(judge({criterion: 'p50', value: 14, of: 'times baseline'})?.word).toBe('does not hold');
});

it('what was not measured neither holds nor fails', () => {
  expect(judge({option: 'unseen', value: 1})).toMatchObject({word: 'unknown', measured: 'not measured'});
  expect(judge({option: 'nobody', value: 1})).toMatchObject({word: 'unknown', measured: 'not measured'});
  expect(judge({option: 'before', of: 'times baseline', value: 1})?.word).toBe('unknown');
});

it('too few repeats judge no claim, and the figure is shown all the same', () => {
  const [claim] = judgeClaims(
    [{option: 'a', criterion: 'rate', printed: '520/s', value: 520, of: 'value', source: 'seed'}],
    decide({
      title: 'claims',
      purpose: 'choose',
      criteria: [score('rate', 'higher')],
      options: [{id: 'a', title: 'a', measured: {rate: {kind: 'repeats', values: [9, 10, 11]}}}],
      baseline: null,
    }),
  );
  expect(claim).toMatchObject({word: 'unknown', measured: '10 texts/s; 3 repeats are too few for a verdict'});
});

it('what follows from how an option is built is judged as it is, and says that it was computed', () => {
  const claim = {
    option: 'after',
    criterion: 'kept-bytes',
    printed: '1 KB',
    value: 1_024,
    of: 'value',
    source: 'seed',
  } as const;
  const judgedAs = (value: number) => judgeClaims([claim], matrix, {after: {'kept-bytes': {value, unit: 'bytes'}}})[0];
  expect(judgedAs(3_072)).toMatchObject({word: 'does not hold', measured: '3,072 bytes, computed'});
  expect(judgedAs(1_024)).toMatchObject({word: 'holds'});
  expect(judgeClaims([claim], matrix)[0]).toMatchObject({word: 'unknown', measured: 'not measured'});
});
