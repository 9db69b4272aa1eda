import {expect, it} from 'vitest';
import {asTyped} from '../../src/cli/as-typed.js';

it.each([
  ['sutra deploy', './sutra deploy'],
  ['a file that `sutra backup` wrote', 'a file that `./sutra backup` wrote'],
  ['run `sutra model pull` or sutra doctor', 'run `./sutra model pull` or ./sutra doctor'],
])('what is to be typed is said with the launcher: %s', (text, typed) => {
  expect(asTyped(text, './sutra')).toBe(typed);
  expect(asTyped(text, '')).toBe(text);
});

it.each(['look at .cache/sutra or sutra.yaml', 'export DEBUG=sutra', './sutra stop', 'sutra-cache is not running'])(
  'what is no command stays: %s',
  (text) => {
    expect(asTyped(text, '/opt/sutra')).toBe(text);
  },
);
