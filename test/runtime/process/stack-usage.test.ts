import {expect, test} from 'vitest';
import {stackUsage} from '../../../src/runtime/process/stack-usage.js';
import {stackUnderTest} from './stack-under-test.js';

test('usage counts the children of an instance, and a stopped one takes nothing', async () => {
  const under = await stackUnderTest();
  const {spec, up, stack, system, stateFolder} = under;
  await up([spec('plain-1', 0), spec('parent-1', 1, {env: {CHILD: 'yes'}}), spec('idle-1', 2)]);
  await stack.stop('idle-1', AbortSignal.timeout(10_000));
  const usage = await stackUsage(system, stateFolder, AbortSignal.timeout(10_000));
  const [plain, parent, idle] = usage;
  expect(usage.map(({name}) => name)).toEqual(['plain-1', 'parent-1', 'idle-1']);
  expect(plain?.memoryBytes).toBeGreaterThan(5e6);
  expect(parent?.memoryBytes).toBeGreaterThan((plain?.memoryBytes ?? Number.NaN) * 1.3);
  expect(plain?.cpuPercent).toBeGreaterThanOrEqual(0);
  expect(plain?.cpuPercent).toBeLessThan(200);
  expect(idle).toEqual({name: 'idle-1', cpuPercent: null, memoryBytes: null});
});
