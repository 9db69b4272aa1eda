import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {selftest, selftestPeriods, selftestRate, stallSchedule} from '../src/experiment/load/selftest/selftest.js';
import {trueQuantile} from '../src/experiment/load/selftest/stall-truth.js';
import {startStallingServer} from '../src/experiment/load/selftest/stalling-server.js';
import {textTable} from '../src/report/table.js';
import {readWrk} from './wrk.js';

// What load generators say about a server that stops for 200 of every 2,200 ms, beside what is so. `npm run bench:truth`.

const run = promisify(execFile);
const {signal} = new AbortController();
const seconds = (selftestPeriods * stallSchedule.periodMs) / 1_000;
const connections = 256;
const autocannon = fileURLToPath(import.meta.resolve('autocannon'));

const rows = [['the truth', ms(trueQuantile(stallSchedule, 0.95)), ms(trueQuantile(stallSchedule, 0.99)), '']];
const own = await selftest(selftestPeriods, {signal});
rows.push(['sutra bench', ms(own.run.latencyMs.p95), ms(own.run.latencyMs.p99), `${own.verdict}: ${own.reason}`]);
{
  await using server = await startStallingServer(stallSchedule, signal);
  rows.push(await ofAutocannon('autocannon -R', server.url, '-R', String(selftestRate)));
  rows.push(await ofAutocannon('autocannon -R -C', server.url, '-R', String(selftestRate), '-C'));
  rows.push(await ofWrk(server.url));
}
process.stdout.write(`${textTable(['', 'P95 MS', 'P99 MS', ''], rows)}\n`);

async function ofAutocannon(name: string, url: string, ...flags: string[]): Promise<string[]> {
  const args = [autocannon, '-j', '-c', String(connections), '-d', String(seconds), ...flags, url];
  const {stdout} = await run(process.execPath, args);
  const {latency} = JSON.parse(stdout) as {latency: {p97_5: number; p99: number}};
  return [name, '-', ms(latency.p99), 'has no p95'];
}

async function ofWrk(url: string): Promise<string[]> {
  try {
    const {stdout} = await run('wrk', ['-t1', '-c16', `-d${seconds}s`, '--latency', url]);
    return ['wrk', '-', ms(readWrk(stdout).p99Ms), 'a closed loop; adds afterwards what it left out'];
  } catch {
    return ['wrk', '-', '-', 'not to be had here'];
  }
}

function ms(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}
