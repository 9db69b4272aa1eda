import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {diagnose} from '../../src/stack/hosts/doctor.js';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {resolveStack} from '../../src/stack/plans/resolve-stack.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {sutraHere} from '../support/cli-here.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-diff-'));
});
afterAll(() => rm(folder, {recursive: true, force: true}));

const exitOf = async (args: string[]) => (await sutraHere([...args, '--folder', folder])).exitCode;
const asProcesses = {origin: '--runtime', settings: {runtime: 'process', portOffset: 3_000}} as const;
const flags = ['--runtime', 'process', '--port-offset', '3000'];

it('diff --exit-code tells a difference by its exit code, diff alone does not', async () => {
  expect(await exitOf(['diff', ...flags])).toBe(0);
  expect(await exitOf(['diff', ...flags, '--exit-code'])).toBe(13);
  const system = nodeSystem(new AbortController().signal, folder);
  writeDeployedPlan(system, (await resolveStack(system, [asProcesses])).plan);
  expect(await exitOf(['diff', ...flags, '--exit-code'])).toBe(0);
}, 60_000);

it('doctor looks at the ports that the flags of deploy ask for', async () => {
  const system = nodeSystem(new AbortController().signal, folder);
  const portsWith = async (portOffset: number) => {
    for await (const {id, found} of diagnose(system, [{origin: '--port-offset', settings: {portOffset}}])) {
      if (id === 'ports') return found;
    }
    return null;
  };
  expect(await portsWith(11_000)).toContain('19888');
  expect(await portsWith(12_000)).toContain('20888');
}, 60_000);
