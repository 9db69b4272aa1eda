import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import type {RunResult} from '../src/experiment/load/result/run-result.js';
import {startNothing} from './nothing-server.js';

// What the load generator holds in memory while it sends millions of requests to a server that does nothing, one thread,
// closed loop. `npm run bench:load:memory`.

const requests = Number(process.env.BENCH_REQUESTS ?? 10_000_000);
const port = Number(process.env.BENCH_PORT ?? 25_300);
const sampleMs = 10_000;
const trialSeconds = 5;
/** The rate of the trial may not last. */
const reserve = 1.4;

const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
const server = await startNothing(folder, port);
try {
  const {achievedPerSecond} = await sutra(trialSeconds);
  const seconds = Math.ceil((reserve * requests) / achievedPerSecond);
  say(`${seconds} s at about ${Math.round(achievedPerSecond)}/s; resident memory:`);
  const run = await sutra(seconds, (atSecond, mb) => say(`  ${String(atSecond).padStart(4)} s  ${mb.toFixed(0)} MB`));
  say(`${run.requests} requests, ${run.errors.total} errors, ${run.verdict}: ${run.reason}`);
} finally {
  server[Symbol.dispose]();
  rmSync(folder, {recursive: true, force: true});
}

async function sutra(seconds: number, onSample?: (atSecond: number, mb: number) => void): Promise<RunResult> {
  const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url));
  const load = ['--closed', '--connections', '32', '--workload', 'uniform:1', '--warmup', '1s'];
  const args = [cli, 'bench', '--url', server.url, ...load, '--duration', `${seconds}s`, '--json'];
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'ignore']});
  const beganMs = performance.now();
  const sampler = setInterval(() => {
    if (child.pid !== undefined) onSample?.(Math.round((performance.now() - beganMs) / 1_000), residentMb(child.pid));
  }, sampleMs);
  try {
    const {runs} = JSON.parse(await text(child.stdout)) as {runs: RunResult[]};
    const [run] = runs;
    if (run === undefined) throw new Error('nothing was measured');
    return run;
  } finally {
    clearInterval(sampler);
  }
}

/** Of the whole process, its threads included. */
function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
