import {expect, it} from 'vitest';
import {compareWithBaseline, machineDifferences} from '../../src/decision/baseline.js';
import type {Measured} from '../../src/decision/option-evidence.js';
import {allSucceed, p99} from '../../src/experiment/bench/bench-criteria.js';

const criteria = [allSucceed, p99(1)];
const measured = (middle: number, repeats = 10): Record<string, Measured> => ({
  succeeded: {kind: 'repeats', values: Array.from({length: repeats}, () => 100)},
  p99: {kind: 'repeats', values: Array.from({length: repeats}, (_, index) => middle * (1 + index / 1_000))},
});
const baseline = {name: 'main', what: '100/s, uniform', loadDigest: 'a', measured: measured(50)};

it('a p99 that is 12 % worse fails, one that is the same passes', () => {
  const now = (middle: number) => ({what: '100/s, uniform', loadDigest: 'a', measured: measured(middle)});
  expect(compareWithBaseline(baseline, now(56), criteria)).toMatchObject({verdict: 'fail'});
  expect(compareWithBaseline(baseline, now(50), criteria)).toMatchObject({
    verdict: 'pass',
    reason: 'nothing is worse than main',
  });
});

it('nine repeats are not enough to judge', () => {
  const matrix = compareWithBaseline(
    baseline,
    {what: '100/s, uniform', loadDigest: 'a', measured: measured(90, 9)},
    criteria,
  );
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('9 repeats: a comparison needs at least 10');
});

it('another load says nothing', () => {
  const matrix = compareWithBaseline(
    baseline,
    {what: '200/s, uniform', loadDigest: 'b', measured: measured(50)},
    criteria,
  );
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('the baseline measured 100/s, uniform, this run 200/s, uniform');
});

it('the same words are no proof of the same load, and other words of another', () => {
  const same = {loadDigest: 'a', measured: measured(50)};
  expect(compareWithBaseline(baseline, {...same, what: 'in other words'}, criteria).verdict).toBe('pass');
  const other = {what: '100/s, uniform', loadDigest: 'b', measured: measured(50)};
  expect(compareWithBaseline(baseline, other, criteria).verdict).toBe('unknown');
});

it('a baseline without a digest of its load is to be saved again', () => {
  const {loadDigest: _, ...older} = baseline;
  const matrix = compareWithBaseline(older, {...baseline, measured: measured(50)}, criteria);
  expect(matrix.verdict).toBe('unknown');
  expect(matrix.reason).toContain('did not record its load exactly: save it again');
});

it('machines differ by processor, cores, system and memory, not by a megabyte', () => {
  const here = {platform: 'linux 6.1 x64', cpu: 'A', cores: 2, memoryBytes: 24 * 2 ** 30, node: 'v24.1.0'};
  expect(machineDifferences(here, {...here, memoryBytes: here.memoryBytes - 2 ** 20, node: 'v24.2.0'})).toEqual([]);
  expect(machineDifferences(here, {...here, cpu: 'B', cores: 4})).toEqual(['processor A, here B', 'cores 2, here 4']);
});
