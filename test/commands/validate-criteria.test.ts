import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {configDigest} from '../../src/decision/evidence.js';
import type {Measured} from '../../src/decision/option-evidence.js';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {recordEvidence} from '../../src/trial/evidence-folder.js';
import {sutraHere} from '../support/cli-here.js';
import {planOf} from '../support/plans.js';

describe('sutra validate --criteria', () => {
  let folder: string;
  const plan = planOf();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sutra-criteria-'));
    writeDeployedPlan({cwd: folder}, plan);
  });
  afterEach(() => rm(folder, {recursive: true, force: true}));

  const validate = (...args: string[]) => sutraHere(['validate', '--folder', folder, ...args]);
  const repeats = (value: number): Measured => ({kind: 'repeats', values: Array.from({length: 10}, () => value)});
  const record = (measured: Record<string, Measured>) => {
    const option = {id: 'now', title: 'now', configDigest: configDigest(plan), measured, runs: []};
    const system = nodeSystem(AbortSignal.timeout(20_000), folder);
    return recordEvidence(system, plan, {kind: 'bench', verdict: 'pass', what: '10/s', options: [option]});
  };
  const measured = {rate: repeats(10), 'hit-rate': repeats(85), p95: repeats(120), succeeded: repeats(100)};

  it('without evidence is unknown and exits 11', async () => {
    const {exitCode, stdout} = await validate('--criteria', 'p12');
    expect(exitCode).toBe(11);
    expect(stdout).toContain('UNKNOWN: the stack: sustained rate, cache hit rate, p95, ');
  });

  it('passes on what bench recorded and what was given', async () => {
    await record(measured);
    const {exitCode, stdout} = await validate(
      '--criteria',
      'p12',
      '--given',
      'monthly-cost=450',
      '--given',
      'weeks=0.5',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({schemaVersion: 1, verdict: 'pass', matrix: {purpose: 'guard'}});
  });

  it('fails on a limit that was missed and exits 10', async () => {
    await record({...measured, rate: repeats(0.5)});
    const {exitCode, stdout} = await validate(
      '--criteria',
      'p12',
      '--given',
      'monthly-cost=450',
      '--given',
      'weeks=0.5',
    );
    expect(exitCode).toBe(10);
    expect(stdout).toContain('FAIL: the stack: sustained rate: 0.5 is not > 1');
  });

  it('refuses a figure that no criterion asks for', async () => {
    const {exitCode, stderr} = await validate('--criteria', 'p12', '--given', 'price=3');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--given price=3: is not NAME=NUMBER with a criterion of p12 and a number of 0 or more');
  });

  it('takes no figure for what can be measured, and says which ones were given', async () => {
    const talked = await validate('--criteria', 'p12', '--given', 'p95=1');
    expect(talked).toMatchObject({exitCode: 2, stderr: expect.stringContaining('p95 is measured, not given')});
    expect((await validate('--criteria', 'p12', '--given', 'weeks=-1')).exitCode).toBe(2);
    const {stdout} = await validate('--criteria', 'p12', '--given', 'weeks=0.5');
    expect(stdout).toContain('Given, not measured: weeks 0.5.');
  });
});
