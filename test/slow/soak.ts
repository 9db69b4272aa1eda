// Ten minutes at a third of what a community stack can do, half of it computed: no request may fail, no service restart.
// Exit code 0: none did; 10: one did; 11: the generator was late, nobody knows.
//   node bin/build.js && node --import tsx test/slow/soak.ts [duration] [port offset] [deploy flag ...]
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {type BenchReport, benchReportSchema} from '../../src/experiment/bench/bench-report.js';
import {deployStack, repository} from '../support/stack.js';

const [duration = '10m', offset = '4700', ...flags] = process.argv.slice(2);
await using stack = await deployStack([
  ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2', '--project', 'soak', '--port-offset', offset, ...flags],
]);

const load = ['--workload', 'hot:500:0.5:1000000', '--warmup', '5s'];
const most = await bench('--closed', '--duration', '10s', ...load, '--connections', '16');
const [closedLoop] = most.runs;
if (closedLoop === undefined) throw new Error('the closed loop has no run');
const rate = Math.max(1, Math.round(closedLoop.achievedPerSecond / 3));
say(`closed loop: ${closedLoop.achievedPerSecond.toFixed(0)}/s; now ${rate}/s for ${duration}`);
const before = await services();
const {verdict, reason, runs} = await bench(
  '--rate',
  String(rate),
  '--duration',
  duration,
  ...load,
  '--connections',
  '64',
);
const after = await services();

const [run] = runs;
if (run === undefined) throw new Error('there is no run');
const {errors, requests, latencyMs, durationSeconds} = run;
say(`${verdict}: ${reason}`);
say(
  `${requests} requests in ${durationSeconds.toFixed(0)} s, ${errors.total} errors ${JSON.stringify(errors.byKind)}; ` +
    `p50 ${latencyMs.p50?.toFixed(1)} ms, p99 ${latencyMs.p99?.toFixed(1)} ms, worst ${latencyMs.max?.toFixed(0)} ms`,
);
say('| service | restarts | memory before, MB | after |\n|---|---|---|---|');
for (const {name, restarts, memoryBytes} of after) {
  const first = before.find((service) => service.name === name)?.memoryBytes;
  say(`| ${name} | ${restarts} | ${megabytes(first)} | ${megabytes(memoryBytes)} |`);
}
const spoilt = errors.total > 0 || after.some(({restarts}) => restarts > 0);
process.exitCode = spoilt ? 10 : {pass: 0, fail: 10, unknown: 11}[verdict];

/** `sutra bench --json` in the stack's folder, however long it takes; its progress goes to standard error. */
async function bench(...args: string[]): Promise<BenchReport> {
  const child = spawn(process.execPath, [join(repository, 'bin/run.js'), 'bench', '--json', ...args], {
    cwd: stack.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = await text(child.stdout);
  const report = benchReportSchema.safeParse(JSON.parse(printed));
  if (!report.success) throw new Error(printed);
  return report.data;
}

async function services() {
  const {json} = await stack.run(['status', '--json']);
  return (json as {services: {name: string; restarts: number; memoryBytes: number | null}[]}).services;
}

function megabytes(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? '-' : (bytes / 1e6).toFixed(0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
