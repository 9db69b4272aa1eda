import {expect, it} from 'vitest';
import type {Gate, Score} from '../../src/decision/criterion.js';
import {decide, type Question} from '../../src/decision/decide.js';
import {matrixSchema} from '../../src/decision/matrix-schema.js';
import type {Measured, OptionEvidence} from '../../src/decision/option-evidence.js';

const noFailures: Gate = {
  kind: 'gate',
  id: 'failed',
  title: 'failed requests',
  unit: '%',
  target: {compare: '=', limit: 0},
  of: 'every',
};
const p95: Gate = {
  kind: 'gate',
  id: 'p95',
  title: 'p95',
  unit: 'ms',
  target: {compare: '<', limit: 1_000},
  of: 'median',
};
const p99: Score = {kind: 'score', id: 'p99', title: 'p99', unit: 'ms', better: 'lower', weight: 1, marginRatio: 0.05};
const rate: Score = {
  kind: 'score',
  id: 'rate',
  title: 'rate',
  unit: 'requests/s',
  better: 'higher',
  weight: 1,
  marginRatio: 0.05,
};

const repeats = (values: readonly number[]): Measured => ({kind: 'repeats', values});
/** Ten repeats around a middle, 2 % apart at most. */
const around = (middle: number): Measured =>
  repeats([-10, -8, -5, -3, -1, 1, 3, 5, 8, 10].map((step) => middle * (1 + step / 1_000)));
const option = (id: string, measured: OptionEvidence['measured']): OptionEvidence => ({
  id,
  title: id,
  measured: {failed: repeats(Array.from({length: 10}, () => 0)), ...measured},
});
const ask = (options: OptionEvidence[], more: Partial<Question> = {}) =>
  decide({
    title: 'options',
    purpose: 'choose',
    criteria: [noFailures, p99, rate],
    options,
    baseline: options[0]?.id ?? null,
    ...more,
  });

it('a gate that fails puts an option out of the running, whatever its scores', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('fast but lossy', {p99: around(10), rate: around(500), failed: repeats([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1])}),
  ]);
  expect(matrix.recommendation.option).toBe('a');
  expect(matrix.rows[1]).toMatchObject({verdict: 'fail', score: null});
  expect(matrix.rows[1]?.reason).toContain('failed requests: 1 of 10 repeats');
  expect(matrix.verdict).toBe('pass');
  expect(matrixSchema.parse(JSON.parse(JSON.stringify(matrix)))).toEqual(matrix);
});

it('missing evidence is unknown, and nothing is recommended', () => {
  const matrix = ask([option('a', {p99: around(100), rate: around(50)}), option('b', {p99: around(10)})]);
  expect(matrix).toMatchObject({verdict: 'unknown', recommendation: {option: null}});
  expect(matrix.reason).toBe('undecided: no verdict for b: rate: not measured');
});

it('an undecided matrix has no leader: no score and no word of one', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('b', {p99: around(10), rate: around(500)}),
    option('c', {}),
  ]);
  expect(matrix.rows.map(({score}) => score)).toEqual([null, null, null]);
  expect(matrix.recommendation).toEqual({option: null, reason: matrix.reason});
  expect(matrix.reason).toMatch(/^undecided: no verdict for c: /);
});

it('a run the generator spoilt is unknown, with its reason', () => {
  const spoilt: Measured = {kind: 'missing', reason: 'the generator was late'};
  const matrix = ask([option('a', {p99: around(100), rate: spoilt}), option('b', {p99: around(1), rate: around(1)})]);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('the generator was late');
});

it('fewer than ten repeats are no judgement', () => {
  const few = (middle: number) => repeats([middle, middle + 1, middle + 2]);
  const matrix = ask([option('a', {p99: few(100), rate: few(5)}), option('b', {p99: few(10), rate: few(50)})]);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('3 repeats: a comparison needs at least 10 of each');
  expect(matrix.rows[1]?.cells[1]).toMatchObject({value: 11, low: 10, high: 12, level: expect.closeTo(0.75, 12)});
});

it('a difference that is noise decides nothing', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('b', {p99: around(99.9), rate: around(50.05)}),
  ]);
  expect(matrix.rows[1]?.cells.map(({difference}) => difference?.judgement)).toEqual([undefined, 'same', 'same']);
  expect(matrix.rows.map(({score}) => score)).toEqual([100, 100]);
  expect(matrix.recommendation.option).toBe('a');
  expect(matrix.recommendation.reason).toContain('it is tied with b on every criterion and listed first');
});

it('two options that only noise parts are settled by their order, not by luck', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('b', {p99: around(50), rate: around(50)}),
    option('c', {p99: around(49.95), rate: around(50)}),
  ]);
  expect(matrix.recommendation.option).toBe('b');
  expect(matrix.recommendation.reason).toContain('it is tied with c on every criterion');
});

it('differences carry their interval and a p-value corrected over the criteria', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('b', {p99: around(80), rate: around(50)}),
  ]);
  const [, latency, throughput] = matrix.rows[1]?.cells.map(({difference}) => difference) ?? [];
  expect(latency).toMatchObject({judgement: 'better', beyondMargin: true, changeRatio: expect.closeTo(-0.2, 10)});
  // No overlap of 10 and 10: 2 of the 184,756 orders, times 2 criteria.
  expect(latency?.p).toBeCloseTo(4 / 184_756, 12);
  expect(latency?.low).toBeLessThan(-0.2);
  expect(latency?.high).toBeGreaterThan(-0.2);
  expect(throughput).toMatchObject({judgement: 'same', p: 1});
});

it('the flip margin is where two options cross, and beyond it the other wins', () => {
  // b is twice as fast, a gives twice the rate; the weights 3 : 1 favour b.
  const options = [
    option('a', {p99: around(100), rate: around(100)}),
    option('b', {p99: around(50), rate: around(50)}),
  ];
  const weighted = (latency: number, throughput: number) =>
    ask(options, {
      criteria: [
        {...p99, weight: latency},
        {...rate, weight: throughput},
      ],
    });
  const matrix = weighted(3, 1);
  expect(matrix.recommendation.option).toBe('b');
  expect(matrix.flip).toMatchObject({criterion: 'p99', from: 0.75, winner: 'a'});
  expect(matrix.flip?.to).toBeCloseTo(0.5, 6);
  expect(weighted(0.501, 0.499).recommendation.option).toBe('b');
  expect(weighted(0.499, 0.501).recommendation.option).toBe('a');
});

it('a winner under every criterion has no flip margin', () => {
  const matrix = ask([
    option('a', {p99: around(100), rate: around(50)}),
    option('b', {p99: around(50), rate: around(80)}),
  ]);
  expect(matrix).toMatchObject({recommendation: {option: 'b'}, flip: null});
});

it('a guard fails on a regression that is significant and beyond the margin, and only then', () => {
  const guard = (middle: number) =>
    ask([option('before', {p99: around(100)}), option('now', {p99: around(middle)})], {
      purpose: 'guard',
      criteria: [noFailures, p99],
    });
  expect(guard(112)).toMatchObject({verdict: 'fail'});
  expect(guard(112).reason).toContain('+12 %, worse');
  const within = guard(103);
  expect(within).toMatchObject({verdict: 'pass'});
  expect(within.rows[1]?.cells[1]?.difference).toMatchObject({judgement: 'worse', beyondMargin: false});
  expect(guard(60)).toMatchObject({verdict: 'pass', reason: 'nothing is worse than before'});
});

it('a limit inside the interval is unknown, not a coin toss', () => {
  const judge = (values: number[]) =>
    ask([option('a', {p95: repeats(values)})], {criteria: [p95], baseline: null}).rows[0]?.verdict;
  expect(judge([900, 910, 920])).toBe('pass');
  expect(judge([1_100, 1_200])).toBe('fail');
  expect(judge([990, 1_010])).toBe('unknown');
  expect(judge([])).toBe('unknown');
});

it('checks judged where they were taken are gates of the same matrix', () => {
  const judged = (verdict: 'pass' | 'fail'): Measured => ({kind: 'judged', verdict, shown: '5 of 5', reason: 'all up'});
  const criteria: Gate[] = [{...noFailures, id: 'up', title: 'servers up', target: null}];
  const matrix = (verdict: 'pass' | 'fail') =>
    ask([option('stack', {up: judged(verdict)})], {criteria, baseline: null, purpose: 'guard'});
  expect(matrix('pass')).toMatchObject({verdict: 'pass', reason: 'every gate holds'});
  expect(matrix('fail')).toMatchObject({verdict: 'fail', reason: 'stack: servers up: all up'});
});

it('given figures are compared without a test', () => {
  const size: Score = {...p99, id: 'size', title: 'bytes a vector', unit: 'bytes'};
  const matrix = ask(
    [
      option('768', {size: {kind: 'exact', value: 3_072}}),
      option('256', {size: {kind: 'exact', value: 1_024}}),
      option('also 768', {size: {kind: 'exact', value: 3_072}}),
    ],
    {criteria: [size]},
  );
  expect(matrix.recommendation.option).toBe('256');
  expect(matrix.rows.map(({cells}) => cells[0]?.difference?.judgement)).toEqual([undefined, 'better', 'same']);
});
