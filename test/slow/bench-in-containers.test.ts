import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {beforeAll, describe, expect, test} from 'vitest';
import {benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import {docker, ensureImages} from '../support/compose-stack.js';
import {type StackFolder, stackFolder} from '../support/stack.js';

// Each option of a matrix as containers of its own, and none of them afterwards.

const offset = '12500';
const project = `bench-${offset}`;
const matrix = [
  ...['bench', 'matrix', '--options', 'cache', '--repeats', '2', '--quick', '--duration', '2s', '--warmup', '1s'],
  ...['--runtime', 'compose', '--model', 'all-MiniLM-L6-v2-int8', '--port-offset', offset],
];

beforeAll(ensureImages);

/** What the engine has of the project: containers that run or not, networks, volumes. */
function left(): string[] {
  const own = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
  return [
    ['ps', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ]
    .map((list) => docker([...list, ...own]).trim())
    .filter((ids) => ids !== '');
}

const scratchOf = async ({path}: StackFolder) => {
  const scratch = join(path, 'scratch');
  await mkdir(scratch);
  return {env: {TMPDIR: scratch}, names: async () => (await readdir(scratch)).filter((name) => /^sutra-/.test(name))};
};

test('every option is measured, and no container, network, volume or folder is left', async () => {
  await using folder = stackFolder();
  const {env, names} = await scratchOf(folder);
  const {exitCode, json, stderr} = await folder.run([...matrix, '--json'], env);
  const parsed = benchReportSchema.safeParse(json);
  if (!parsed.success) throw new Error(stderr);
  const {verdict, runs, attempts, matrix: decided} = parsed.data;
  expect({verdict, exitCode}).toEqual({verdict: 'unknown', exitCode: 11});
  expect(attempts?.map(({failure}) => failure)).toEqual(['', '', '', '', '', '']);
  expect(runs.map(({errors}) => errors.total)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(decided?.rows.map(({option}) => option)).toEqual(['off', 'on', 'small-l1']);
  expect(left()).toEqual([]);
  expect(await names()).toEqual([]);
});

describe('interrupted', () => {
  test.each([
    ['while the containers come up', 2_500],
    ['while they are measured', 12_000],
  ])('%s: nothing is left', async (_when, afterMs) => {
    await using folder = stackFolder();
    const {env, names} = await scratchOf(folder);
    const {child, done} = folder.start(matrix, env);
    await expect.poll(() => left().length, {timeout: 60_000}).toBeGreaterThan(0);
    await sleep(afterMs);
    child.kill('SIGINT');
    const {exitCode, stdout, stderr} = await done;
    expect(exitCode, stderr).toBe(130);
    expect(stdout).toContain('interrupted, partial: ');
    expect(left()).toEqual([]);
    expect(await names()).toEqual([]);
  });
});
