// Several replicas killed at once, ten times a row, at 35 % of the capacity, as a table in markdown. Twenty minutes.
//   node bin/build.js && node --import tsx test/slow/kill-several-table.ts [process|compose] [runs] [row ...]
import {quantile} from '../../src/stats/quantile.js';
import {deployComposeStack} from '../support/compose-stack.js';
import {killSeveral, type SeveralKills} from '../support/kill-several.js';
import {capacity} from '../support/load.js';
import {deployStack} from '../support/stack.js';

const [runtime = 'process', runs = '10', ...wanted] = process.argv.slice(2);
const shareOfCapacity = 0.35;
const sizeBytes = 200;
const model = ['--model', 'all-MiniLM-L6-v2', '--port-offset', '4600'];
const community = ['--edition', 'community', ...model];

interface Row {
  flags: string[];
  signal: SeveralKills['signal'];
  /** Of run number `at`, so that each replica dies and survives in turn. */
  victims: (at: number) => Record<string, number>;
}

/** `count` of the `of` replicas of a service, beginning with another one each run, `apartMs` from one to the next. */
const some =
  (service: string, count: number, of: number, apartMs = 0) =>
  (at: number) =>
    Object.fromEntries(Array.from({length: count}, (_, k) => [`${service}-${((at + k) % of) + 1}`, k * apartMs]));

const models = some('ml-base', 2, 3);
const rows: Record<string, Row> = {
  'two-models': {flags: community, signal: 'SIGKILL', victims: models},
  'one-then-two': {flags: community, signal: 'SIGKILL', victims: some('ml-base', 2, 3, 700)},
  'two-models-term': {flags: community, signal: 'SIGTERM', victims: models},
  'one-api-two-models': {
    flags: community,
    signal: 'SIGKILL',
    victims: (at) => ({...models(at), ...some('embedding-service', 1, 2)(at)}),
  },
  'four-of-five': {flags: [...community, '--replicas', '5'], signal: 'SIGKILL', victims: some('ml-base', 4, 5)},
  'two-full': {flags: ['--edition', 'enterprise', ...model], signal: 'SIGKILL', victims: some('embedder', 2, 3)},
};

say(
  '| killed | signal | runs | capacity/s | rate/s | sent | failed | lossless runs | failures | p99 ms | worst ms | share |',
);
say(`|${'---|'.repeat(12)}`);
let failed = 0;
for (const [name, row] of Object.entries(rows)) {
  if (wanted.length === 0 || wanted.includes(name)) failed += await measure(name, row);
}
process.exitCode = failed === 0 ? 0 : 10;

async function measure(name: string, {flags, signal, victims}: Row): Promise<number> {
  const project = `kill-${name}`;
  await using stack =
    runtime === 'compose'
      ? await deployComposeStack(project, flags)
      : await deployStack([...flags, '--project', project]);
  const url = stack.report.urls.api;
  await capacity({url, sizeBytes, durationMs: 2_000, concurrency: 16});
  const most = await capacity({url, sizeBytes, durationMs: 4_000, concurrency: 16});
  const ratePerSecond = Math.round(most * shareOfCapacity);
  const reports = [];
  for (let at = 0; at < Number(runs); at += 1) {
    reports.push(await killSeveral(stack, {victims: victims(at), signal, sizeBytes, ratePerSecond}));
  }
  const loads = reports.map(({load}) => load);
  const total = (of: 'sent' | 'failed') => loads.reduce((sum, load) => sum + load[of], 0);
  const latenciesMs = loads.flatMap((load) => load.latenciesMs);
  const kinds = loads.flatMap(({failures}) => Object.entries(failures).map(([kind, count]) => `${count} ${kind}`));
  const cells = [
    ...[name, signal, runs, Math.round(most), ratePerSecond, total('sent'), total('failed')],
    ...[loads.filter((load) => load.failed === 0).length, kinds.join(', ') || '-'],
    ...[Math.round(quantile(latenciesMs, 0.99)), Math.round(quantile(latenciesMs, 1))],
    Math.min(...reports.map(({leastShare}) => leastShare)).toFixed(2),
  ];
  say(`| ${cells.join(' | ')} |`);
  return total('failed');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
