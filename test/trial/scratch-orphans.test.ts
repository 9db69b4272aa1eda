import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {nodeSystem} from '../../src/system/node-system.js';
import {identify} from '../../src/system/process/process-identity.js';
import {endOrphans, own} from '../../src/trial/scratch-orphans.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sutra-orphans-'));
});
afterEach(() => rm(root, {recursive: true}));

async function scratch(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  return folder;
}

it('what a killed command left is ended; what another is at work in, or is just making, is not', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const left = await scratch('sutra-bench-left');
  await writeFile(join(left, 'owner.json'), JSON.stringify(identify(child.pid ?? 0)));
  const kept = await Promise.all(['sutra-bench-own', 'sutra-bench-new', 'other'].map(scratch));
  own(kept[0] ?? '');
  const system = nodeSystem(AbortSignal.timeout(20_000), root);
  const said: string[] = [];
  const end = () => endOrphans(system, (text) => said.push(text), root);
  await end();
  expect(said).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await end();
  expect(said).toEqual([`Stopped the stack in ${left}: its command was killed`]);
  expect(existsSync(left)).toBe(false);
  expect(kept.map((folder) => existsSync(folder))).toEqual([true, true, true]);
});
