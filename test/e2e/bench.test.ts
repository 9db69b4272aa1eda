import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, openSync} from 'node:fs';
import {readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {verdictExit} from '../../src/errors.js';
import {capacityReportSchema} from '../../src/experiment/bench/capacity-report.js';
import {selftest} from '../../src/experiment/load/selftest/selftest.js';
import {type BenchJson, benchFolder, short, theRun} from '../support/bench.js';
import {decided} from '../support/decided.js';
import {fastServer, oneAtATimeServer} from '../support/load-targets.js';
import {leasePorts} from '../support/ports.js';
import {repository} from '../support/stack.js';

/** So long it stands still, and so long it goes on, in turn. */
const starvedMs = 300;
/** The first half of a load, in which memory may still grow. */
const halfMs = 8_000;
const port = await leasePorts();
const {folder, bench} = benchFolder();

describe('a run', () => {
  it('sends what was asked for, and prints nothing but JSON', async () => {
    await using server = await fastServer(port);
    const args = ['--stages', '1s:50,1s:50-150', '--warmup', '1s', '--workers', '2', '--workload', 'unique', '--json'];
    const {result, stderr} = await bench('--url', server.url, ...args);
    const run = theRun(result);
    expect(run.requests).toBe(150);
    expect(run.errors.total).toBe(0);
    expect(run.offeredPerSecond).toBeCloseTo(75);
    expect(run.seconds.reduce((sum, {requests}) => sum + requests, 0)).toBe(150);
    expect(run.profile).toMatchObject({loop: 'open', workers: 2, warmupSeconds: 1});
    expect(stderr).toContain('Run 1 of 1');
  });

  it('sends a token in the address, and neither prints nor keeps it', async () => {
    await using server = await fastServer(port);
    const page = `${folder.path}/page.html`;
    await writeFile(page, 'an older one', {mode: 0o644});
    const url = `${server.url}?token=do-not-tell&do-not-tell#do-not-tell`;
    const args = ['--url', url, '--rate', '20', ...short.filter((word) => word !== '--json'), '--html', page];
    const outputs = [await bench(...args), await bench(...args, '--markdown'), await bench(...args, '--json')];
    const kept = await readFile(page, 'utf8');
    for (const {stdout, stderr} of outputs) expect(stdout + stderr).not.toContain('do-not-tell');
    expect(kept).not.toContain('do-not-tell');
    expect(kept).toContain('?token=…&amp;…');
    expect((await stat(page)).mode & 0o777).toBe(0o600);
    expect(theRun(outputs[2]?.result as BenchJson).target).toMatch(/\?token=…&…#…$/);
  });

  it('repeats a trace', async () => {
    await using server = await fastServer(port);
    const path = `${folder.path}/trace.csv`;
    await writeFile(
      path,
      `seconds,words\n${Array.from({length: 50}, (_, row) => `${row / 25},${row + 1}`).join('\n')}\n`,
    );
    const {result} = await bench('--url', server.url, '--workload', `trace:${path}`, '--warmup', '0s', '--json');
    expect(theRun(result).requests).toBe(50);
    expect(theRun(result).profile.arrivals).toBe('trace');
  });

  it('ends with Ctrl-C, and says what was measured by then', async () => {
    let answered = 0;
    await using server = await fastServer(port, () => {
      answered += 1;
    });
    const {child, done} = folder.start(['bench', '--url', server.url, '--rate', '100', '--duration', '5m', '--json']);
    // Of the warm-up are 200.
    await expect.poll(() => answered, {timeout: 30_000}).toBeGreaterThan(400);
    child.kill('SIGINT');
    const {exitCode, json} = await done;
    const run = theRun(json as BenchJson);
    expect(exitCode).toBe(130);
    expect(run.partial).toBe(true);
    expect(run.requests).toBeGreaterThan(20);
    expect(run.durationSeconds).toBeLessThan(60);
    expect((json as BenchJson).verdict).toBe('unknown');
  });

  it('whose generator is starved is unknown, whatever was measured', async () => {
    await using server = await fastServer(port);
    const load = ['--url', server.url, '--rate', '200', '--duration', '4s', '--warmup', '0s'];
    const {child, done} = folder.start(['bench', ...load, '--threshold', 'p99<9999s', '--json']);
    // Half of the time it gets no processor at all.
    const starving = setInterval(() => {
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), starvedMs);
    }, 2 * starvedMs);
    const {exitCode, json} = await done;
    clearInterval(starving);
    expect(exitCode).toBe(11);
    expect(theRun(json as BenchJson).verdict).toBe('unknown');
    expect((json as BenchJson).reason).toMatch(/late|busy|delayed/);
  });

  it('whose reader has seen enough still fails with its own exit code', async () => {
    // So slow that a busy machine's delays are small beside it.
    await using server = await oneAtATimeServer(port, 300);
    const load = ['--closed', '--connections', '1', '--threshold', 'p50<1ms', ...short.slice(0, -1)];
    const unread = async () => {
      const {child, done} = folder.start(['bench', '--url', server.url, ...load]);
      child.stdout?.destroy();
      return await done;
    };
    expect((await decided(unread)).exitCode).toBe(verdictExit.fail);
  });

  it('whose result has no room on the disk says so, with its own exit code and no stack trace', async () => {
    await using server = await fastServer(port);
    const args = ['bench', '--url', server.url, '--rate', '20', '--duration', '1s', '--warmup', '0s'];
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(repository, 'bin/run.js'), ...args], {stdio: ['ignore', full, 'pipe']});
    const stderr = child.stderr === null ? '' : await text(child.stderr);
    closeSync(full);
    expect(stderr).toContain('Error: standard output cannot be written');
    expect(stderr).not.toContain('node:fs');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(8);
  });

  it('refuses a selftest with a load or a limit of its own, which it would not look at', async () => {
    for (const other of [
      ['--threshold', 'p99<1ms'],
      ['--url', 'http://127.0.0.1:1'],
      ['--save', 'x'],
      ['--markdown'],
    ]) {
      expect((await bench('--selftest', ...other)).exitCode).toBe(2);
    }
  });

  it('refuses a threshold in a unit there is not', async () => {
    const {exitCode} = await bench('--url', `http://127.0.0.1:${port}`, '--threshold', 'p99<1h', ...short);
    expect(exitCode).toBe(2);
  });

  it('keeps its memory flat, however many requests it sends', async () => {
    await using server = await fastServer(port);
    const args = [
      'bench',
      '--closed',
      '--connections',
      '16',
      '--url',
      server.url,
      '--duration',
      `${2 * halfMs}ms`,
      '--json',
    ];
    const {child, done} = folder.start(args);
    await sleep(halfMs);
    const early = await residentBytes(child.pid ?? 0);
    await sleep(halfMs);
    const late = await residentBytes(child.pid ?? 0);
    const {json} = await done;
    expect(theRun(json as BenchJson).errors.total).toBe(0);
    expect(late - early).toBeLessThan(40_000_000);
  });
});

describe('a server that stalls', () => {
  it('is seen to stall: the requests that were due meanwhile are counted', async () => {
    const {run, figures} = await selftest(2, {signal: new AbortController().signal});
    const [p95, p99] = figures;
    // A generator that waits with the server would see 3 ms.
    expect(p99?.measuredMs).toBeGreaterThan(150);
    expect(p95?.measuredMs).toBeGreaterThan(60);
    expect(p99?.serverMs).toBeGreaterThan(150);
    expect(run.errors.total).toBe(0);
  });
});

describe('find-capacity', () => {
  it('never tries more than --highest, and refuses to start above it', async () => {
    await using server = await fastServer(port);
    const args = [
      'bench',
      'find-capacity',
      '--url',
      server.url,
      '--duration',
      '1s',
      '--warmup',
      '0s',
      '--highest',
      '20',
    ];
    const {json} = await folder.run([...args, '--json']);
    const {trials} = capacityReportSchema.parse(json);
    expect(Math.max(...trials.map(({ratePerSecond}) => ratePerSecond))).toBe(20);
    const above = await folder.run([...args, '--start', '50']);
    expect(above).toMatchObject({exitCode: 2, stderr: expect.stringContaining('--start 50 is above --highest 20')});
  });

  it('interrupted before its first trial says so and shows none', async () => {
    let answered = 0;
    await using server = await fastServer(port, () => {
      answered += 1;
    });
    const {child, done} = folder.start(['bench', 'find-capacity', '--url', server.url, '--warmup', '20s', '--json']);
    await expect.poll(() => answered, {timeout: 20_000}).toBeGreaterThan(0);
    child.kill('SIGINT');
    const {exitCode, json} = await done;
    expect(exitCode).toBe(130);
    expect(json).toMatchObject({verdict: 'unknown', reason: 'interrupted', trials: []});
  });

  it('finds no more than a server can do that answers one request at a time in 20 ms', async () => {
    await using server = await oneAtATimeServer(port, 20);
    const args = ['--url', server.url, '--duration', '2s', '--warmup', '500ms', '--threshold', 'p99<1s', '--json'];
    const found = await decided(() => folder.run(['bench', 'find-capacity', ...args]));
    const {capacityPerSecond, verdict, trials} = capacityReportSchema.parse(found.json);
    expect({exitCode: found.exitCode, verdict}).toEqual({exitCode: 0, verdict: 'pass'});
    expect(trials.length).toBeGreaterThan(1);
    expect(capacityPerSecond).toBeGreaterThan(10);
    expect(capacityPerSecond).toBeLessThan(60);
  });
});

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}
