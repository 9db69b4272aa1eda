import {expect, it} from 'vitest';
import {keptLines, shownPath} from '../../../src/cli/views/shown-path.js';

it('a path below the working directory is shown from there', () => {
  expect(shownPath('/srv/stack/.sutra/evidence/1.json', '/srv/stack')).toBe('.sutra/evidence/1.json');
});

it('a path that would be longer from there stays as it is', () => {
  expect(shownPath('/tmp/a', '/srv/stack/b/c')).toBe('/tmp/a');
  expect(shownPath('/srv/stack', '/srv/stack')).toBe('/srv/stack');
});

it('what was not written is not listed', () => {
  expect(keptLines({report: '/a', baseline: undefined})).toEqual(['report: /a']);
});
