import {expect, it} from 'vitest';
import {nearestName} from '../src/nearest-name.js';

const editions = ['simple', 'community', 'enterprise'];

it.each([
  ['simpel', 'simple'],
  ['SIMPLE', 'simple'],
  ['comunity', 'community'],
  ['simxxx', 'simple'],
  ['sixxxx', null],
  ['', null],
])('of three editions, %j is nearest to %j', (typed, nearest) => {
  expect(nearestName(typed, editions)).toBe(nearest);
});

it('what is known may be in capitals, and there may be nothing', () => {
  expect(nearestName('dockerfil', ['Dockerfile'])).toBe('Dockerfile');
  expect(nearestName('simple', [])).toBeNull();
});
