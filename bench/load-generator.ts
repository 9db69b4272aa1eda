import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import type {RunResult} from '../src/experiment/load/result/run-result.js';
import {startNothing} from './nothing-server.js';
import {median, medianRatio} from './ratio.js';
import {wrk} from './wrk.js';

// The load generator beside its peers, in turn, against a server that does nothing (HAProxy, one thread):
//   open loop, one worker: the latency it adds, beside the least a Node process can do (raw-open-loop.ts);
//   closed loop, one worker: how much it sends, beside wrk.
// Only the ratio counts: everything shares the machine. `npm run bench:load`.

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 5);
const rate = Number(process.env.BENCH_RATE ?? 20_000);
const port = Number(process.env.BENCH_PORT ?? 25_200);
const openConnections = 64;
const closedConnections = 32;

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
const body = JSON.stringify({texts: ['one text of about the same length as those of the generator']});
const server = await startNothing(folder, port);
const {url} = server;

try {
  const ours: {p50: number[]; p99: number[]; rate: number[]} = {p50: [], p99: [], rate: []};
  const theirs: typeof ours = {p50: [], p99: [], rate: []};
  const unknown: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const open = await sutra('--rate', String(rate), '--connections', String(openConnections));
    if (open.verdict === 'unknown') unknown.push(open.reason);
    ours.p50.push(open.latencyMs.p50 ?? Number.NaN);
    ours.p99.push(open.latencyMs.p99 ?? Number.NaN);
    const raw = await rawOpenLoop();
    theirs.p50.push(raw.p50Ms);
    theirs.p99.push(raw.p99Ms);
    const closed = await sutra('--closed', '--connections', String(closedConnections));
    ours.rate.push(closed.achievedPerSecond);
    theirs.rate.push((await wrk(folder, url, body, closedConnections, seconds)).perSecond);
  }
  say(`open loop, ${rate}/s, ${openConnections} connections, ${rounds} rounds of ${seconds} s`);
  row('p50, ms: sutra / raw sockets', ours.p50, theirs.p50);
  row('p99, ms: sutra / raw sockets (wanted: <= 2)', ours.p99, theirs.p99);
  say(`closed loop, ${closedConnections} connections`);
  row('requests/s: sutra / wrk (wanted: >= 0.6)', ours.rate, theirs.rate);
  if (unknown.length > 0) say(`${unknown.length} of ${rounds} open runs said unknown: ${unknown[0]}`);
} finally {
  server[Symbol.dispose]();
  rmSync(folder, {recursive: true, force: true});
}

/** One run of the command itself. A verdict is no failure here. */
async function sutra(...flags: string[]): Promise<RunResult> {
  const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url));
  const args = [
    'bench',
    '--url',
    url,
    '--duration',
    `${seconds}s`,
    '--warmup',
    '1s',
    '--workload',
    'uniform:1',
    '--json',
  ];
  const {stdout} = await run(process.execPath, [cli, ...args, ...flags]).catch((error: {stdout: string}) => error);
  const [result] = (JSON.parse(stdout) as {runs: RunResult[]}).runs;
  if (result === undefined) throw new Error(stdout);
  return result;
}

async function rawOpenLoop(): Promise<{p50Ms: number; p99Ms: number}> {
  const script = fileURLToPath(new URL('raw-open-loop.ts', import.meta.url));
  const {stdout} = await run(process.execPath, [script, ...[port, rate, seconds, openConnections].map(String)]);
  return JSON.parse(stdout) as {p50Ms: number; p99Ms: number};
}

function row(name: string, ours: number[], theirs: number[]): void {
  const {ratio, low, high} = medianRatio(ours, theirs);
  const shown = [median(ours), median(theirs), ratio, low, high].map((value) => Number(value.toPrecision(3)));
  say(`  ${name}: ${shown[0]} / ${shown[1]}, ratio ${shown[2]} (95 %: ${shown[3]} to ${shown[4]})`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
