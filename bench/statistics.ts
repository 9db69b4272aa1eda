import {fork} from 'node:child_process';
import {createServer} from 'node:http';
import {Pool} from 'undici';
import {binomialBound, type ShareBound} from '../src/stats/binomial-bound.js';
import {quantile} from '../src/stats/quantile.js';
import {seededRandom} from '../src/stats/random.js';
import {medianFound, toldApart, trial, trialWindows, type Window} from './trial.js';

// One long recording of one server, cut into pairs of options that are the same (false alarms) or made 10 % slower (found).
// BENCH_SECONDS=300 BENCH_WINDOW_MS=2000 BENCH_RESAMPLES=1000 BENCH_PORT=6400; prints a Markdown table.
const seconds = Number(process.env.BENCH_SECONDS ?? 300);
const windowMs = Number(process.env.BENCH_WINDOW_MS ?? 2_000);
const resamples = Number(process.env.BENCH_RESAMPLES ?? 1_000);
const port = Number(process.env.BENCH_PORT ?? 6_400);
const clients = 8;

if (process.argv[2] === 'serve') serve();
else await main();

async function main(): Promise<void> {
  const server = fork(import.meta.filename, ['serve']);
  try {
    const url = await new Promise<string>((resolve) => server.once('message', (message) => resolve(String(message))));
    const latencies = await record(url);
    report(windowsOf(latencies));
  } finally {
    server.kill();
  }
}

/** Answers after a wait with a heavy tail, and now and then stops for a moment as a garbage collection would. */
function serve(): void {
  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const server = createServer((_request, response) => {
    const waitMs = 6 * Math.exp(0.35 * normal()) + (random() < 0.01 ? 40 * random() : 0);
    setTimeout(() => response.end('ok'), waitMs);
  });
  setInterval(() => {
    const untilMs = performance.now() + 25 * random();
    while (performance.now() < untilMs);
  }, 1_700);
  server.listen(port, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${port}`));
}

interface Answer {
  /** Since the recording began. */
  atMs: number;
  latencyMs: number;
}

async function record(url: string): Promise<Answer[]> {
  const pool = new Pool(url, {connections: clients});
  const answers: Answer[] = [];
  const warmMs = performance.now() + 3_000;
  const endMs = warmMs + seconds * 1_000;
  const client = async () => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const {body} = await pool.request({path: '/', method: 'GET', signal: AbortSignal.timeout(10_000)});
      await body.dump();
      if (sentMs >= warmMs) answers.push({atMs: sentMs - warmMs, latencyMs: performance.now() - sentMs});
    }
  };
  await Promise.all(Array.from({length: clients}, client));
  await pool.close();
  return answers;
}

function windowsOf(answers: readonly Answer[]): Window[] {
  const groups = Map.groupBy(answers, ({atMs}) => Math.floor(atMs / windowMs));
  const whole = [...groups.entries()].sort(([a], [b]) => a - b).slice(0, Math.floor((seconds * 1_000) / windowMs));
  return whole.map(([, group]) => {
    const latencies = group.map(({latencyMs}) => latencyMs);
    const at = (q: number) => quantile(latencies, q);
    return {rate: (group.length * 1_000) / windowMs, p50: at(0.5), p95: at(0.95), p99: at(0.99)};
  });
}

function report(windows: readonly Window[]): void {
  const random = seededRandom(7);
  const starts = Array.from({length: resamples}, () => Math.floor(random() * (windows.length - trialWindows + 1)));
  const same = starts.map((start, seed) => trial(windows, start, seed, 1));
  const slower = starts.map((start, seed) => trial(windows, start, seed, 1.1));
  const rows = [
    ['two that are the same: told apart', count(same.map(toldApart))],
    ['two that are the same: verdict fail', count(same.map(({verdict}) => verdict === 'fail'))],
    ['10 % slower: found', count(slower.map(medianFound))],
  ] as const;
  const at = (q: number) =>
    quantile(
      windows.map(({p50}) => p50),
      q,
    ).toFixed(2);
  process.stdout.write(
    `${windows.length} windows of ${windowMs} ms, p50 ${at(0.5)} ms (5th to 95th: ${at(0.05)} to ${at(0.95)}); ${resamples} resamples\n\n` +
      `| | share | exact 95 % bounds, one-sided each |\n|---|---|---|\n` +
      `${rows.map(([name, bound]) => `| ${name} | ${percent(bound.share)} | ${percent(bound.low)} to ${percent(bound.high)} |`).join('\n')}\n`,
  );
}

/** Level 0.9 two-sided: each end alone is a 95 % bound. */
function count(hits: readonly boolean[]): ShareBound {
  return binomialBound(hits.filter(Boolean).length, hits.length, 0.9);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
