// needs: haproxy
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {evidenceSchema} from '../../src/decision/evidence.js';
import {type BenchReport, benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import {decided} from '../support/decided.js';
import {leaseOffset, offsetFlags} from '../support/ports.js';
import {deployStack, type Run, type Stack, type StackFolder, stackFolder} from '../support/stack.js';

const model = ['--model', 'all-MiniLM-L6-v2-int8'];
const short = ['--duration', '1s', '--warmup', '500ms'];
const closed = ['--closed', '--connections', '2', ...short];

const ofMatrix = await offsetFlags();

let stack: Stack;
beforeAll(async () => {
  stack = await deployStack([...model, '--project', 'benched', ...(await offsetFlags())]);
});
afterAll(() => stack?.[Symbol.asyncDispose]());

interface Benched {
  exitCode: number | null;
  report: BenchReport;
}

/** What it prints, held to its schema. */
function benched({exitCode, json, stderr}: Run): Benched {
  const parsed = benchReportSchema.safeParse(json);
  if (!parsed.success) throw new Error(`${JSON.stringify(json)}\n${parsed.error.message}\n${stderr}`);
  return {exitCode, report: parsed.data};
}

/** Again while the generator was late, which a busy machine makes it now and then. */
async function soundBench(folder: StackFolder, args: string[], env: Record<string, string> = {}): Promise<Benched> {
  for (let triesLeft = 5; ; triesLeft -= 1) {
    const found = benched(await folder.run(['bench', ...args, '--json'], env));
    if (triesLeft === 0 || found.report.runs.every(({verdict}) => verdict === 'ok')) return found;
  }
}

describe('on the running stack', () => {
  test('a threshold that holds passes, and is kept as evidence with a page beside it', async () => {
    const asked = join(stack.path, 'report.html');
    const {exitCode, report} = await soundBench(stack, [...closed, '--threshold', 'p99<20s', '--html', asked]);
    expect(report).toMatchObject({verdict: 'pass', report: asked});
    expect(exitCode).toBe(0);
    const memory = report.figures?.now?.memory;
    expect(memory?.kind === 'repeats' && memory.values[0]).toBeGreaterThan(100);
    const path = report.evidence ?? '';
    expect(path).toContain(join(stack.path, '.sutra/evidence/'));
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    expect(evidence).toMatchObject({
      kind: 'bench',
      options: [
        {id: 'now', measured: {rate: {kind: 'repeats'}, hit: {kind: 'repeats'}, 'hit-rate': {kind: 'repeats'}}},
      ],
    });
    const pages = await Promise.all([path.replace('.json', '.html'), asked].map((page) => readFile(page, 'utf8')));
    expect(pages[0]).toMatch(/^<!doctype html>/);
    expect(pages[1]).toBe(pages[0]);
  });

  test('a threshold that does not hold fails', async () => {
    const {exitCode, report} = await soundBench(stack, [...closed, '--threshold', 'p50<1us']);
    expect(report.verdict).toBe('fail');
    expect(exitCode).toBe(10);
  });

  test('find-capacity: the highest rate that was to be tried, where the stack keeps it, with a chart', async () => {
    const rates = ['--start', '10', '--highest', '20', '--duration', '1s', '--warmup', '500ms'];
    const search = ['bench', 'find-capacity', ...rates, '--threshold', 'p99<5s', '--workload', 'unique'];
    const {exitCode, stdout, stderr} = await decided(() => stack.run(search));
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain(
      '20 requests a second, 0 % of the texts from the cache (pass): the thresholds held at --highest, the highest rate tried',
    );
    expect(stdout).toMatch(/^20 again +\d+ .* pass$/m);
    expect(stdout).toMatch(/│.*●/);
    expect(stderr).toMatch(/^20\/s, once more\n(.*again.*\n)* {2}.*: pass$/m);
  });

  test('a baseline of too few repeats judges nothing, and says why', async () => {
    const load = [...closed, '--repeat', '2', '--quick'];
    const saved = await soundBench(stack, [...load, '--save', 'before']);
    expect(saved.report.baseline).toBe(join(stack.path, '.sutra/baselines/before.json'));
    const {exitCode, report} = await soundBench(stack, [...load, '--compare', 'before']);
    expect(exitCode).toBe(11);
    expect(report.reason).toContain('2 repeats: a comparison needs at least 10 of each');
    expect(report.matrix?.rows.map(({option}) => option)).toEqual(['baseline', 'now']);
    const other = await soundBench(stack, [...load, '--batch', '2', '--compare', 'before']);
    expect(other.report.reason).toContain('the baseline measured closed loop, 2 at a time');
  });

  test('a baseline that is not there, and a page that has no folder, are said before anything is sent', async () => {
    const missing = await stack.run(['bench', '--against', 'release', ...closed]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('sutra bench --save release');
    const nowhere = await stack.run(['bench', '--html', 'no/such/folder/a.html', ...closed]);
    expect(nowhere.exitCode).toBe(2);
    expect(nowhere.stderr).not.toContain('Run 1');
  });
});

test('a stack that wants a key and has a certificate of its own is loaded with both', async () => {
  const key = {SUTRA_API_KEY: 'a-key-that-is-long-enough-for-a-test-0123456789'};
  const flags = [...model, '--edition', 'community', '--replicas', '1', '--tls'];
  const offset = await leaseOffset();
  const place = ['--project', 'keyed', '--port-offset', String(offset)];
  await using closedStack = await deployStack([...flags, ...place], key);
  const {report} = await soundBench(closedStack, closed, key);
  expect(report.runs[0]).toMatchObject({errors: {total: 0}, target: `https://127.0.0.1:${8_888 + offset}/embed`});
  for (const wrong of [{}, {SUTRA_API_KEY: 'another-key-that-is-long-enough-0123456789'}]) {
    for (const command of [
      ['bench', ...closed],
      ['bench', 'find-capacity'],
    ]) {
      const refused = await closedStack.run(command, wrong);
      expect(refused.exitCode, refused.stdout).toBe(2);
      expect(refused.stderr).toContain('SUTRA_API_KEY');
      expect(refused.stderr).not.toContain('req/s');
    }
  }
});

describe('matrix', () => {
  const matrix = (...args: string[]) => {
    const flags = ['--options', 'cache', '--connections', '2', ...short, ...model, ...ofMatrix];
    return ['bench', 'matrix', ...flags, ...args];
  };

  test('of one repeat: every option is measured, and none is chosen', async () => {
    await using folder = stackFolder();
    const {exitCode, report} = benched(await folder.run(matrix('--repeats', '1', '--quick', '--json')));
    expect(exitCode).toBe(11);
    expect(report.verdict).toBe('unknown');
    expect(report.attempts?.map(({option}) => option).toSorted()).toEqual(['off', 'on', 'small-l1']);
    expect(report.runs).toHaveLength(3);
    expect(report.matrix?.rows.map(({verdict}) => verdict)).toContain('unknown');
    expect(report.claims?.map(({word}) => word)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(existsSync(report.evidence ?? '')).toBe(true);
    expect(await readFile(report.report ?? '', 'utf8')).toContain('both tiers');
    expect(folder.processes()).toEqual([]);
  });

  test('interrupted: prints what was measured, marked partial, and leaves nothing', async () => {
    await using folder = stackFolder();
    const scratch = join(folder.path, 'scratch');
    await mkdir(scratch);
    const {child, done} = folder.start(matrix('--repeats', '2', '--quick'), {TMPDIR: scratch});
    let interrupted = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      if (interrupted || !chunk.toString().includes('2 of 6')) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    const {exitCode, stdout} = await done;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('interrupted, partial: ');
    expect(stdout).toContain('no cache');
    expect(stdout).not.toContain('CLAIM');
    expect((await readdir(scratch)).filter((name) => name.startsWith('sutra-bench-'))).toEqual([]);
  });
});
