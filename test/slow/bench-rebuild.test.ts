import {execFileSync} from 'node:child_process';
import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import type {StackReport} from '../../src/stack/stack-report.js';
import {isPortFree} from '../../src/system/process/ports.js';
import {processesWith} from '../../src/system/process/process-table.js';
import {deployStack, repository, type Stack} from '../support/stack.js';

// Another version of this repository is really built, deployed and measured beside the stack that runs.

let stack: Stack;
let scratch: string;
let before: Awaited<ReturnType<typeof traces>>;
beforeAll(async () => {
  stack = await deployStack(['--model', 'all-MiniLM-L6-v2-int8', '--project', 'rebuilding', '--port-offset', '6500']);
  scratch = join(stack.path, 'scratch');
  await mkdir(scratch);
  before = await traces();
});
afterAll(() => stack?.[Symbol.asyncDispose]());

const load = ['--repeat', '2', '--quick', '--duration', '1s', '--warmup', '500ms', '--closed', '--connections', '2'];
const rebuild = (ref: string) => ['bench', '--rebuild', ref, ...load, '--json'];

/** What a rebuild has on the machine, and the stack it must leave alone. */
async function traces() {
  const {services} = (await stack.run(['status', '--json'])).json as StackReport;
  return {
    processes: processesWith('TMPDIR', scratch).map(({identity, env}) => `${identity.pid} ${env.SUTRA_INSTANCE ?? ''}`),
    folders: (await readdir(scratch)).filter((name) => name.startsWith('sutra-')),
    worktrees: execFileSync('git', ['-C', repository, 'worktree', 'list'], {encoding: 'utf8'})
      .split('\n')
      .filter((line) => line.includes(scratch)),
    stack: services.map(({name, state, pid, restarts}) => ({name, state, pid, restarts})),
  };
}

/** Asks the stack of the folder again and again until it is told to stop; how many answers were none. */
function clientOf({report}: Stack): () => Promise<{answers: number; failed: number}> {
  const seen = {answers: 0, failed: 0};
  let over = false;
  const asking = (async () => {
    while (!over) {
      const body = JSON.stringify({texts: [`meanwhile ${seen.answers}`]});
      const answer = await fetch(`${report.urls.api}/embed`, {method: 'POST', body}).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.ok === true) seen.answers += 1;
      else seen.failed += 1;
      await sleep(250);
    }
  })();
  return async () => {
    over = true;
    await asking;
    return seen;
  };
}

test('the version before this one is built here and measured in turn with it; the stack that runs serves on', async () => {
  const served = clientOf(stack);
  const {exitCode, json, stderr} = await stack.run(rebuild('HEAD~1'), {TMPDIR: scratch});
  const client = await served();
  const parsed = benchReportSchema.safeParse(json);
  if (!parsed.success) throw new Error(stderr);
  const {verdict, reason, runs, matrix} = parsed.data;
  expect({verdict, exitCode}).toEqual({verdict: 'unknown', exitCode: 11});
  expect(reason).toContain('2 repeats: a comparison needs at least 10 of each');
  expect(matrix?.rows.map(({option}) => option)).toEqual(['baseline', 'now']);
  expect(runs.map(({errors}) => errors.total)).toEqual([0, 0]);
  const rounds = stderr.split('\n').filter((line) => /, \d of 2$/.test(line));
  const now = rounds.map((line) => line.startsWith('now, '));
  expect(now.toSorted(), stderr).toEqual([false, false, true, true]);
  expect(now[0]).not.toBe(now[1]);
  expect(client).toEqual({answers: expect.any(Number), failed: 0});
  expect(await traces()).toEqual(before);
  expect(await isPortFree(Number(new URL(runs[0]?.target ?? '').port))).toBe(true);
});

test('interrupted while it builds: nothing of it is left', async () => {
  const {child, done} = stack.start(rebuild('HEAD~1'), {TMPDIR: scratch});
  await expect.poll(() => processesWith('TMPDIR', scratch).length, {timeout: 30_000}).toBeGreaterThan(2);
  await sleep(3_000);
  child.kill('SIGINT');
  const {exitCode} = await done;
  expect(exitCode).toBe(130);
  expect(await traces()).toEqual(before);
});

test('a version that is not there is said, and nothing is started', async () => {
  const {exitCode, json} = await stack.run(rebuild('no-such-ref'), {TMPDIR: scratch});
  expect({exitCode, json}).toMatchObject({
    exitCode: 2,
    json: {error: {code: 'USAGE', message: expect.stringContaining('--rebuild no-such-ref: there is no such version')}},
  });
  expect(await traces()).toEqual(before);
});
