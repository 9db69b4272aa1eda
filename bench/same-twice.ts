// A comparison of a running stack with itself, over and over: every difference found is a false alarm. Each trial is what
// `bench --rebuild` does with two versions, ten runs of each in turn, and the same decision. Deploys community on
// all-MiniLM-L6-v2-int8 in a temporary folder. `npm run bench:same`.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {compareVersions} from '../src/experiment/bench/compare-versions.js';
import {versionsOutcome} from '../src/experiment/bench/versions-outcome.js';
import {parseLoad} from '../src/experiment/load/request/parse-load.js';
import {parseThresholds} from '../src/experiment/load/result/judge-bench.js';
import type {RunResult} from '../src/experiment/load/result/run-result.js';
import {binomialBound} from '../src/stats/binomial-bound.js';
import {median} from './ratio.js';
import {toldApart} from './trial.js';

const trials = Number(process.env.BENCH_TRIALS ?? 20);
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const rate = Number(process.env.BENCH_RATE ?? 300);
const repeats = 10;
const portOffset = 5_700;
const api = `http://127.0.0.1:${8_888 + portOffset}`;

const folder = mkdtempSync(join(tmpdir(), 'sutra-same-'));
const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const sutra = (...args: string[]) =>
  execFileSync(process.execPath, [cli, ...args], {cwd: folder, stdio: ['ignore', 'pipe', 'ignore']});
const stack = ['--edition', 'community', '--runtime', 'process', '--model', 'all-MiniLM-L6-v2-int8'];

try {
  sutra('deploy', ...stack, '--project', 'same', '--port-offset', String(portOffset));
  const found = [];
  for (let trial = 1; trial <= trials; trial += 1) found.push(await compareOnce(trial));
  const alarms = found.filter(({matrix}) => matrix !== undefined && toldApart(matrix)).length;
  const failed = found.filter(({verdict}) => verdict === 'fail').length;
  const unknown = found.filter(({verdict}) => verdict === 'unknown').length;
  const {high} = binomialBound(alarms, trials, 0.9);
  say(
    `${trials} comparisons of a stack with itself: ${alarms} found a difference, ${failed} failed, ${unknown} unknown`,
  );
  say(`false alarms at most ${(100 * high).toFixed(1)} % (exact one-sided 95 % bound)`);
} finally {
  sutra('stop');
  rmSync(folder, {recursive: true, force: true});
}

async function compareOnce(trial: number) {
  const load = parseLoad({
    rate: String(rate),
    duration: `${seconds}s`,
    warmup: '500ms',
    timeout: '30s',
    arrivals: 'poisson',
    closed: false,
    workers: 1,
    workload: 'zipf:1.1:1000',
    words: '8-16',
    batch: '1',
    seed: 1_000 * trial,
  });
  const stays = async () => undefined;
  const side = (title: string) => ({title, bring: stays, end: stays});
  const sides = {baseline: side('the stack'), now: side('the same stack')};
  const {signal} = new AbortController();
  const options = {repeats, signal, onRun: () => undefined};
  const found = await compareVersions(sides, {...load, url: new URL('/embed', api)}, options);
  const asked = {title: 'the stack', body: load.body, thresholds: parseThresholds([]), repeats};
  const {outcome} = versionsOutcome(found, asked);
  const p50 = (of: readonly RunResult[]) => median(of.map(({latencyMs}) => latencyMs.p50 ?? Number.NaN)).toFixed(3);
  say(
    `${String(trial).padStart(3)}  ${outcome.verdict}  p50 ${p50(found.baseline)} and ${p50(found.now)} ms  ${outcome.reason}`,
  );
  return outcome;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
