import {expect, test} from 'vitest';
import {isToBeEnded} from '../../src/stack/deploy.js';
import {planOf} from '../support/plans.js';

const nothing = {plan: null, problem: null};
const going = {signal: new AbortController().signal};

test.each([
  ['nothing ran before and the services did not come up', {started: true}, nothing, going, true],
  ['nothing ran before and nothing was started', {started: false}, nothing, going, false],
  ['a stack ran before', {started: true}, {plan: planOf(), problem: null}, going, false],
  ['a stack ran before whose plan is lost', {started: true}, {plan: null, problem: 'is cut off'}, going, false],
  [
    'it was interrupted and a plan is lost',
    {started: true},
    {plan: null, problem: 'is gone'},
    {signal: AbortSignal.abort()},
    false,
  ],
])('after a deployment that failed where %s', (_, progress, here, system, ends) => {
  expect(isToBeEnded(progress, here, system)).toBe(ends);
});
