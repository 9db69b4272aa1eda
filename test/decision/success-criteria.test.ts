import {expect, it} from 'vitest';
import type {Evidence} from '../../src/decision/evidence.js';
import {evidenceSchema} from '../../src/decision/evidence.js';
import type {Measured} from '../../src/decision/option-evidence.js';
import {judgeSuccess, successSets} from '../../src/decision/success-criteria.js';
import {successEvidence} from '../../src/decision/success-evidence.js';

const repeats = (value: number): Measured => ({kind: 'repeats', values: Array.from({length: 10}, () => value)});
const good = {rate: repeats(40), 'hit-rate': repeats(85), p95: repeats(120), succeeded: repeats(100)};
const record = (at: string, measured: Record<string, Measured>): Evidence => ({
  schemaVersion: 1,
  kind: 'bench',
  at,
  configDigest: 'd',
  commit: null,
  environment: {platform: 'linux', cpu: 'A', cores: 2, memoryBytes: 1, node: 'v24'},
  verdict: 'pass',
  what: '40/s',
  options: [{id: 'now', title: 'now', configDigest: 'd', measured, runs: [{requests: 400}]}],
});

it('criteria that nothing was measured for are unknown, never a pass', () => {
  for (const set of successSets) {
    expect(judgeSuccess(set, successEvidence([], 'd', {}))).toMatchObject({verdict: 'unknown'});
  }
});

it('p12 passes when the measured and the given together hold every line', () => {
  const records = [record('2026-01-01T00:00:00.000Z', good)];
  expect(judgeSuccess('p12', successEvidence(records, 'd', {'monthly-cost': 450, weeks: 0.5})).verdict).toBe('pass');
  const withoutCost = judgeSuccess('p12', successEvidence(records, 'd', {}));
  expect(withoutCost.verdict).toBe('unknown');
  expect(withoutCost.reason).toContain('cost, time to build: not measured');
});

it('a limit that is missed fails and is named', () => {
  const records = [record('2026-01-01T00:00:00.000Z', {...good, p95: repeats(1_500)})];
  const matrix = judgeSuccess('p12', successEvidence(records, 'd', {'monthly-cost': 450, weeks: 0.5}));
  expect(matrix).toMatchObject({verdict: 'fail', reason: 'the stack: p95: 1,500 is not < 1,000'});
});

it('without a GPU p34 stays unknown', () => {
  const records = [record('2026-01-01T00:00:00.000Z', good)];
  const matrix = judgeSuccess('p34', successEvidence(records, 'd', {'monthly-cost': 450}));
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('GPU use, GPU to spare: not measured');
});

/** What bench records of a stack that keeps the documents' figures, in milliseconds and per cent. */
const figures = {hit: 2, miss: 50, p50: 10, p95: 80, p99: 150, 'hit-rate': 85};
const rowIds = Object.keys(figures) as (keyof typeof figures)[];
const recorded = (values: Record<string, number>) => {
  const measured = Object.fromEntries(Object.entries(values).map(([id, value]) => [id, repeats(value)]));
  return successEvidence([record('2026-01-01T00:00:00.000Z', {rate: repeats(40), ...measured})], 'd', {});
};

it.each(['latency-p2', 'latency-p4'] as const)(
  '%s judges a hit, a miss, p50, p95, p99 and the hit rate, a row each',
  (set) => {
    const matrix = judgeSuccess(set, recorded(figures));
    expect(matrix.verdict).toBe('pass');
    expect(matrix.rows[0]?.cells.map(({criterion, verdict}) => [criterion, verdict])).toEqual(
      rowIds.map((id) => [id, 'pass']),
    );
  },
);

it.each(rowIds)('latency-p4 fails by %s alone where only that is missed', (id) => {
  const missed = id === 'hit-rate' ? 84 : figures[id] + 1;
  const matrix = judgeSuccess('latency-p4', recorded({...figures, [id]: missed}));
  const failed = matrix.rows[0]?.cells.filter(({verdict}) => verdict === 'fail').map(({criterion}) => criterion);
  expect({verdict: matrix.verdict, failed}).toEqual({verdict: 'fail', failed: [id]});
});

it('the newest bench of this configuration counts, one of another does not', () => {
  const records = [
    record('2026-01-02T00:00:00.000Z', {rate: repeats(2)}),
    record('2026-01-01T00:00:00.000Z', {rate: repeats(1), p95: repeats(7)}),
  ];
  expect(successEvidence(records, 'd', {}).measured).toEqual({rate: repeats(2), p95: repeats(7)});
  expect(successEvidence(records, 'other', {}).measured).toEqual({});
});

it('a bench record reads back as it was written', () => {
  const written = record('2026-01-02T00:00:00.000Z', good);
  expect(evidenceSchema.parse(JSON.parse(JSON.stringify(written)))).toEqual(written);
});

const once = (value: number): Measured => ({kind: 'repeats', values: [value]});
const shortly = {rate: once(40), 'hit-rate': once(85), p95: once(120), succeeded: once(100), hit: once(1)};
const bench = (
  measured: Record<string, Measured>,
  durationSeconds: number,
  at = '2026-01-02T00:00:00.000Z',
): Evidence => {
  const found = record(at, measured);
  if (found.kind !== 'bench') throw new Error('it is a bench');
  return {...found, options: found.options.map((option) => ({...option, runs: [{durationSeconds}]}))};
};

it('one short run is nothing sustained: unknown, with what would be, but for requests timed alone', () => {
  const evidence = successEvidence([bench(shortly, 3)], 'd', {'monthly-cost': 450, weeks: 0.5});
  const matrix = judgeSuccess('p12', evidence);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain(
    'the newest bench is 1 run of 3 s in all; sustained is 10 runs or 5 minutes: sutra bench --repeat 10, or --duration 5m',
  );
  expect(evidence.measured.hit).toEqual(once(1));
});

it('one long run is, and so is an earlier bench of many', () => {
  const given = {'monthly-cost': 450, weeks: 0.5};
  expect(judgeSuccess('p12', successEvidence([bench(shortly, 300)], 'd', given)).verdict).toBe('pass');
  const many = bench(good, 1, '2026-01-01T00:00:00.000Z');
  expect(successEvidence([many, bench({...shortly, p95: once(9)}, 3)], 'd', given).measured.p95).toEqual(good.p95);
});
