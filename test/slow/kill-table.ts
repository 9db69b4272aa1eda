// The whole table of kills: every signal, every role, both sizes, as a table in markdown. Seven minutes.
//   node bin/build.js && node --import tsx test/slow/kill-table.ts [port offset] [deploy flag ...]
import {quantile} from '../../src/stats/quantile.js';
import {type KillReport, killUnderLoad} from '../support/kill.js';
import {capacity} from '../support/load.js';
import {deployStack} from '../support/stack.js';

const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;
const victims = {model: 'ml-base-2', cached: 'embedding-service-1'} as const;
const sizesBytes = [200, 60_000];

const [offset = '4600', ...flags] = process.argv.slice(2);
await using stack = await deployStack([
  ...['--edition', 'community', '--model', 'all-MiniLM-L6-v2', '--project', 'kill-table'],
  ...['--port-offset', offset, ...flags],
]);
const url = stack.report.urls.api;
await capacity({url, sizeBytes: 200, durationMs: 2_000, concurrency: 16});

say(
  '| signal | role | body | capacity/s | rate/s | sent | answered | failed | resets | failures | p50 ms | p99 ms | worst ms | out s | back s | share |',
);
say(`|${'---|'.repeat(16)}`);
let failed = 0;
for (const sizeBytes of sizesBytes) {
  const most = await capacity({url, sizeBytes, durationMs: 4_000, concurrency: 16});
  const ratePerSecond = Math.round(most / 2);
  for (const signal of signals) {
    for (const [role, victim] of Object.entries(victims)) {
      const report = await killUnderLoad(stack, {victim, signal, sizeBytes, ratePerSecond});
      failed += report.load.failed;
      say(row([signal, role, `${sizeBytes} B`, Math.round(most), ratePerSecond, ...figures(report)]));
    }
  }
}
process.exitCode = failed === 0 ? 0 : 10;

function figures({load, outAfterMs, backAfterMs, shareAfter}: KillReport): (string | number)[] {
  const {sent, answered, failed: lost, resets, failures, latenciesMs} = load;
  const latencies = [0.5, 0.99, 1].map((q) => Math.round(quantile(latenciesMs, q)));
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  const counts = [sent, answered, lost, resets, kinds.join(', ') || '-'];
  return [...counts, ...latencies, seconds(outAfterMs), seconds(backAfterMs), shareAfter.toFixed(2)];
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? '-' : (milliseconds / 1_000).toFixed(1);
}

function row(cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
