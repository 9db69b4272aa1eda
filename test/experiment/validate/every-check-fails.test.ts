import {expect, test} from 'vitest';
import {checks} from '../../../src/experiment/validate/checks.js';
import {breaks} from '../../support/broken/breaks.js';
import {confinementBreaks} from '../../support/broken/confinement-breaks.js';

// The breaks themselves are applied by test/e2e/broken.test.ts, to a stack, and by security-checks.test.ts, where only
// containers or another user than root could be broken so.
test('for every check there is something broken that it fails by, and for nothing else', () => {
  const seenFailing = new Set([...breaks.flatMap(({fails}) => fails), ...confinementBreaks.map(([id]) => id)]);
  const known = new Set(checks.map(({id}) => id));
  expect([...seenFailing].toSorted()).toEqual([...known].toSorted());
});
