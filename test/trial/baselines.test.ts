import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {nodeSystem} from '../../src/system/node-system.js';
import type {System} from '../../src/system/system.js';
import {comparableBaseline, saveBaseline} from '../../src/trial/baselines.js';
import {readEvidence, recordEvidence} from '../../src/trial/evidence-folder.js';
import {planOf} from '../support/plans.js';

let folder: string;
let system: System;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-baseline-'));
  system = nodeSystem(AbortSignal.timeout(20_000), folder);
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const plan = planOf();
const measurement = {
  name: 'main',
  what: '100/s, uniform',
  loadDigest: 'a',
  measured: {p99: {kind: 'repeats' as const, values: [1, 2, 3]}},
  runs: [{requests: 100}],
};

it('a baseline comes back with what it was measured on', async () => {
  const path = await saveBaseline(system, plan, measurement);
  expect(path).toBe(join(folder, '.sutra/baselines/main.json'));
  const baseline = comparableBaseline(system, 'main');
  expect(baseline).toMatchObject({
    ...measurement,
    version: '0.1.0',
    configDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(baseline.commit).toMatch(/^[0-9a-f]{40}$/);
});

it('a baseline of another machine is refused, and the way is named', async () => {
  const path = await saveBaseline(system, plan, measurement);
  const baseline = JSON.parse(await readFile(path, 'utf8'));
  baseline.environment.cpu = 'Another Processor';
  await writeFile(path, JSON.stringify(baseline));
  expect(() => comparableBaseline(system, 'main')).toThrow(
    expect.objectContaining({
      code: 'STATE',
      message: expect.stringContaining('another machine (processor Another Processor, here '),
      cures: [expect.stringMatching(/sutra bench --compare main --rebuild [0-9a-f]{12} builds that version here/)],
    }),
  );
});

it('no such baseline, a damaged one and a bad name are said', async () => {
  expect(() => comparableBaseline(system, 'none')).toThrow(expect.objectContaining({code: 'USAGE'}));
  expect(() => comparableBaseline(system, '../plan')).toThrow('"../plan" is not a valid baseline name');
  const path = await saveBaseline(system, plan, measurement);
  await writeFile(path, '{"schemaVersion":1}');
  expect(() => comparableBaseline(system, 'main')).toThrow(expect.objectContaining({code: 'STATE'}));
  await mkdir(join(folder, '.sutra/baselines/folder.json'));
  expect(() => comparableBaseline(system, 'folder')).toThrow(expect.objectContaining({code: 'STATE'}));
});

it('records of a plan are read back in order, and damaged ones left out with the reason', async () => {
  const unreadable: string[] = [];
  expect(await readEvidence(system, plan, (text) => unreadable.push(text))).toEqual([]);
  const path = await recordEvidence(system, plan, {kind: 'validate', verdict: 'pass', checks: []});
  const [damaged, later] = ['bench-damaged.json', 'bench-later.json'].map((name) => join(path, '..', name));
  await writeFile(damaged ?? '', '{');
  await writeFile(later ?? '', '{"schemaVersion": 7, "kind": "bench"}');
  const option = {id: 'now', title: 'now', configDigest: null, measured: {}, runs: [{requests: 3}]};
  await recordEvidence(system, plan, {kind: 'bench', verdict: 'unknown', what: '1/s', options: [option]});
  const records = await readEvidence(system, plan, (text) => unreadable.push(text));
  expect(records.map(({kind}) => kind)).toEqual(['validate', 'bench']);
  expect(records[1]).toMatchObject({options: [option]});
  expect(unreadable.toSorted()).toEqual([
    `${damaged} is left out: it is cut off or is not JSON`,
    `${later} is left out: it was written by another version of sutra (schemaVersion 7)`,
  ]);
});
