import {expect, it} from 'vitest';
import {configDigest} from '../../src/decision/evidence.js';
import {worstVerdict} from '../../src/decision/verdict.js';

it('one failure fails the whole', () => {
  expect(worstVerdict(['pass', 'unknown', 'fail'])).toBe('fail');
});

it('missing evidence is unknown, never a pass', () => {
  expect(worstVerdict(['pass', 'unknown'])).toBe('unknown');
  expect(worstVerdict([])).toBe('unknown');
});

it('all passed is a pass', () => {
  expect(worstVerdict(['pass', 'pass'])).toBe('pass');
});

it('the digest of a configuration does not depend on the order of its keys', () => {
  expect(configDigest({a: 1, b: {c: [1, 2], d: 2}})).toBe(configDigest({b: {d: 2, c: [1, 2]}, a: 1}));
  expect(configDigest({a: [1, 2]})).not.toBe(configDigest({a: [2, 1]}));
});
