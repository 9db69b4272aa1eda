import {expect, test} from 'vitest';
import {distribution} from '../../../src/experiment/validate/checks/balance/distribution.js';
import type {LoadSample} from '../../../src/experiment/validate/load-sample.js';
import type {StackUnderTest} from '../../../src/experiment/validate/stack-under-test.js';
import {planOf} from '../../support/plans.js';

/** A stack of three models whose bursts spread so, one after another. Throws when one more is asked for. */
function stackWith(...bursts: number[][]): StackUnderTest {
  let taken = 0;
  const next = (): Promise<LoadSample> => {
    const counts = bursts[taken];
    if (counts === undefined) throw new Error('no more bursts were expected');
    taken += 1;
    const sessions = Object.fromEntries(counts.map((count, at) => [`ml-base-${at + 1}`, count]));
    return Promise.resolve({sent: 300, answered: 300, failures: {}, sessions});
  };
  const stack = {plan: planOf({edition: 'community'}), loadSample: next, anotherLoadSample: next};
  return stack as unknown as StackUnderTest;
}

const verdictOf = async (...bursts: number[][]) => {
  const {verdict, measured} = await distribution.run(stackWith(...bursts));
  return {verdict, measured};
};

test('an even burst passes at once', async () => {
  expect(await verdictOf([100, 101, 99])).toEqual({verdict: 'pass', measured: '33.0 to 33.7'});
});

test('an uneven burst alone does not fail a stack: the next ones count with it', async () => {
  expect(await verdictOf([92, 128, 80], [100, 100, 100])).toEqual({verdict: 'pass', measured: '30.0 to 38.0'});
});

test('what stays uneven in three bursts fails', async () => {
  const uneven = [75, 135, 90];
  expect(await verdictOf(uneven, uneven, uneven)).toEqual({verdict: 'fail', measured: '25.0 to 45.0'});
});

test('a replica that gets nothing fails', async () => {
  const nothing = [150, 150, 0];
  expect(await verdictOf(nothing, nothing, nothing)).toEqual({verdict: 'fail', measured: '0.0 to 50.0'});
});

test.each([
  ['at once', [[100, -40, 100]]],
  [
    'in a later burst',
    [
      [92, 128, 80],
      [100, -40, 100],
    ],
  ],
])('counters that began anew, %s, are no share of traffic', async (_when, bursts) => {
  expect(await verdictOf(...bursts)).toEqual({verdict: 'unknown', measured: null});
});
