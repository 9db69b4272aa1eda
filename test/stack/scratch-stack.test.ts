import {createServer} from 'node:net';
import {expect, it} from 'vitest';
import {freePortOffset} from '../../src/stack/scratch-stack.js';
import {planOf} from '../support/plans.js';

const plans = [planOf({cache: {enabled: false}}), planOf({cache: {enabled: true}})];

it('plans that take turns may have the same ports, and a taken one moves them all', async () => {
  const offset = await freePortOffset(plans);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(8_888 + offset, '127.0.0.1', resolve));
  const next = await freePortOffset(plans);
  taken.close();
  expect(next).toBeGreaterThan(offset);
});
