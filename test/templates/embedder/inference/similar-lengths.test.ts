import {describe, expect, it} from 'vitest';
import {runsOf} from '../../../../templates/embedder/src/inference/similar-lengths.js';

const lengthsOf = (runs: number[][], lengths: number[]) => runs.map((run) => run.map((position) => lengths[position]));

describe('runs of a batch', () => {
  it('hold texts of similar length only', () => {
    const lengths = [10, 200, 12, 190, 11];
    expect(lengthsOf(runsOf(lengths, 10_000, 'padded'), lengths)).toEqual([
      [10, 11, 12],
      [190, 200],
    ]);
  });

  it('stay within the token budget when they are padded', () => {
    const lengths = Array.from({length: 50}, (_, i) => 90 + (i % 10));
    const runs = runsOf(lengths, 500, 'padded');
    for (const run of lengthsOf(runs, lengths)) {
      expect(Math.max(...run.map((length) => length ?? 0)) * run.length).toBeLessThanOrEqual(500);
    }
    expect(runs.flat().toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
  });

  it('run a text beyond the budget by itself', () => {
    const lengths = [900, 20, 901];
    expect(lengthsOf(runsOf(lengths, 500, 'padded'), lengths)).toEqual([[20], [900], [901]]);
  });

  it('are never empty, though the first text is beyond the budget', () => {
    expect(runsOf([901, 900], 500, 'padded')).toEqual([[1], [0]]);
  });

  it('hold one text each where a vector would depend on its neighbours', () => {
    expect(runsOf([5, 5, 5], 500, 'single')).toHaveLength(3);
  });

  it('are padding to a fifth at most, but for what a run of its own would cost', () => {
    const lengths = Array.from({length: 60}, (_, i) => 8 + (i % 40));
    for (const run of lengthsOf(runsOf(lengths, 10_000, 'padded'), lengths)) {
      const tokens = run.reduce<number>((sum, length) => sum + (length ?? 0), 0);
      const padded = Math.max(...run.map((length) => length ?? 0)) * run.length;
      expect(padded - tokens).toBeLessThanOrEqual(10 + padded * 0.2);
    }
  });

  it('are few when the lengths are much the same', () => {
    const lengths = Array.from({length: 100}, (_, i) => 12 + (i % 3));
    expect(runsOf(lengths, 10_000, 'padded').length).toBeLessThanOrEqual(3);
  });

  it('are none of nothing', () => {
    expect(runsOf([], 500, 'padded')).toEqual([]);
  });
});
