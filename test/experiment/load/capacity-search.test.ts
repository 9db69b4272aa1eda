import {describe, expect, it} from 'vitest';
import type {Verdict} from '../../../src/decision/verdict.js';
import {nextTrial, type Trial} from '../../../src/experiment/load/capacity-search.js';

const options = {startPerSecond: 100, highestPerSecond: 100_000, lowestPerSecond: 0.5, precision: 1.1};

/** The whole search on a target that is told by its verdicts. */
function search(target: (rate: number, trials: readonly Trial[]) => Verdict, startPerSecond = 100) {
  const trials: Trial[] = [];
  for (;;) {
    const next = nextTrial(trials, {...options, startPerSecond});
    if (next.kind === 'done') return {...next, trials};
    trials.push({...next, verdict: target(next.ratePerSecond, trials)});
  }
}

describe('the search for the capacity', () => {
  it.each([3, 90, 777, 12_345])('of a target that keeps its thresholds up to %i/s finds it within a tenth', (limit) => {
    const {capacityPerSecond, verdict, trials} = search((rate) => (rate <= limit ? 'pass' : 'fail'));
    expect(verdict).toBe('pass');
    expect(capacityPerSecond).toBeLessThanOrEqual(limit);
    expect((capacityPerSecond ?? 0) * 1.11).toBeGreaterThan(limit);
    expect(trials.length).toBeLessThan(20);
  });

  it('looks at the rate it reports twice', () => {
    const {capacityPerSecond, trials} = search((rate) => (rate <= 500 ? 'pass' : 'fail'));
    expect(trials.filter(({ratePerSecond}) => ratePerSecond === capacityPerSecond)).toHaveLength(2);
    expect(trials.at(-1)).toMatchObject({ratePerSecond: capacityPerSecond, confirms: true});
  });

  it('goes lower when the second look fails', () => {
    const {capacityPerSecond, verdict} = search((rate, trials) =>
      rate <= 300 || (rate <= 500 && !trials.some(({ratePerSecond}) => ratePerSecond === rate)) ? 'pass' : 'fail',
    );
    expect(verdict).toBe('pass');
    expect(capacityPerSecond).toBeLessThanOrEqual(300);
  });

  it('takes unknown for no pass, and says unknown when it was that which ended it', () => {
    const {capacityPerSecond, verdict} = search((rate) => (rate <= 500 ? 'pass' : 'unknown'));
    expect(capacityPerSecond).toBeLessThanOrEqual(500);
    expect(verdict).toBe('unknown');
    expect(search(() => 'unknown').verdict).toBe('unknown');
  });

  it('looks again at what was unknown', () => {
    let looks = 0;
    const busyMachine = (rate: number): Verdict => {
      looks += 1;
      return looks % 3 === 1 ? 'unknown' : rate <= 500 ? 'pass' : 'fail';
    };
    const {capacityPerSecond, verdict} = search(busyMachine);
    expect(verdict).toBe('pass');
    expect(capacityPerSecond).toBeLessThanOrEqual(500);
    expect((capacityPerSecond ?? 0) * 1.11).toBeGreaterThan(500);
  });

  it('does not call a rate found that it could not look at twice', () => {
    const {capacityPerSecond, verdict, trials} = search((rate, before) =>
      before.some((trial) => trial.ratePerSecond === rate) ? 'unknown' : rate <= 500 ? 'pass' : 'fail',
    );
    expect(verdict).toBe('unknown');
    expect(capacityPerSecond).toBeLessThanOrEqual(500);
    expect(trials.length).toBeLessThan(20);
  });

  it('gives up on a machine where nothing can be measured', () => {
    const {trials, verdict, reason} = search(() => 'unknown');
    expect(verdict).toBe('unknown');
    expect(reason).toContain('gave no valid measurement');
    expect(trials).toHaveLength(9);
  });

  it('of a target that keeps nothing fails and finds no rate', () => {
    expect(search(() => 'fail')).toMatchObject({verdict: 'fail', capacityPerSecond: null});
  });

  it('stops at the highest rate it may try', () => {
    expect(search(() => 'pass')).toMatchObject({verdict: 'pass', capacityPerSecond: options.highestPerSecond});
  });

  it('tries no rate at which a trial would have next to no requests, and names the flag that goes lower', () => {
    const {capacityPerSecond, verdict, reason, trials} = search(() => 'fail');
    expect({capacityPerSecond, verdict}).toEqual({capacityPerSecond: null, verdict: 'fail'});
    expect(reason).toContain('a longer --duration allows lower rates');
    const rates = trials.map(({ratePerSecond}) => ratePerSecond);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(options.lowestPerSecond);
    expect(Math.min(...rates)).toBeLessThan(2 * options.lowestPerSecond);
  });

  it('distrusts a pass above a rate that failed', () => {
    const trials: Trial[] = [
      {ratePerSecond: 100, confirms: false, verdict: 'pass'},
      {ratePerSecond: 400, confirms: false, verdict: 'pass'},
      {ratePerSecond: 200, confirms: false, verdict: 'fail'},
    ];
    expect(nextTrial(trials, options)).toEqual({kind: 'try', ratePerSecond: 141, confirms: false});
  });
});
