import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {answerOf, cpuMs, startEmbedder} from './embedder.js';
import {startFakeModels} from './fake-models.js';
import {startHaproxy} from './haproxy.js';
import {median, medianRatio} from './ratio.js';
import {type WrkResult, wrk} from './wrk.js';

// Cached answers of the embedder beside a bare node:http server that returns the same bytes, both through HAProxy with
// the product's configuration, in turn. Only the ratio counts: everything shares the machine. `npm run bench:cache:http`.

const rounds = Number(process.env.BENCH_ROUNDS ?? 21);
const seconds = Number(process.env.BENCH_SECONDS ?? 1);
const connections = Number(process.env.BENCH_CONNECTIONS ?? 32);
const firstPort = Number(process.env.BENCH_PORT ?? 25_100);
const profileFolder = process.env.BENCH_PROFILE;
const ports = {
  models: firstPort,
  embedder: firstPort + 1,
  bare: firstPort + 2,
  embedderDoor: firstPort + 3,
  bareDoor: firstPort + 4,
};

const text = 'The quick brown fox jumps over the lazy dog while a hundred characters of text are being counted now';
const body = JSON.stringify({texts: [text], dimension: 256});
const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
const children: ChildProcess[] = [];
const models = await startFakeModels(ports.models);

try {
  children.push(startEmbedder({port: ports.embedder, modelsPort: ports.models, profileFolder}));
  const bytes = await answerOf(ports.embedder, body);
  writeFileSync(join(folder, 'answer.json'), bytes);
  const bare = fileURLToPath(new URL('bare-server.ts', import.meta.url));
  children.push(spawn(process.execPath, [bare, String(ports.bare), join(folder, 'answer.json')], {stdio: 'inherit'}));
  children.push(
    startHaproxy(folder, [
      {name: 'embedder', port: ports.embedderDoor, serverPort: ports.embedder},
      {name: 'bare', port: ports.bareDoor, serverPort: ports.bare},
    ]),
  );
  for (const port of [ports.embedderDoor, ports.bareDoor]) await answerOf(port, body);
  const [ours = 0, theirs = 0] = children.map(({pid}) => pid ?? 0);
  const through = await compare([ports.embedderDoor, ours], [ports.bareDoor, theirs]);
  report(`through HAProxy, ${connections} connections, ${bytes.length} bytes`, through);
  if (process.env.BENCH_DIRECT === '1') {
    report('without HAProxy', await compare([ports.embedder, ours], [ports.bare, theirs]));
  }
} finally {
  for (const child of children) child.kill();
  models.close();
  models.closeAllConnections();
  rmSync(folder, {recursive: true, force: true});
}

interface Measured extends WrkResult {
  /** Of the server's process, an answer: what the rest of the machine does hardly changes it. */
  cpuUs: number;
}

/** Of a port, and of the process that answers there. */
async function compare(ours: [number, number?], theirs: [number, number?]) {
  const results: {ours: Measured[]; theirs: Measured[]} = {ours: [], theirs: []};
  for (let round = -1; round < rounds; round += 1) {
    for (const [who, [port, pid = 0]] of [
      ['ours', ours],
      ['theirs', theirs],
    ] as const) {
      const before = cpuMs(pid);
      const result = await wrk(folder, `http://127.0.0.1:${port}/embed`, body, connections, round < 0 ? 1 : seconds);
      const cpuUs = ((cpuMs(pid) - before) * 1000) / result.answers;
      if (round >= 0) results[who].push({...result, cpuUs});
    }
  }
  return results;
}

function report(title: string, {ours, theirs}: {ours: Measured[]; theirs: Measured[]}): void {
  const rates = (results: Measured[]) => results.map(({perSecond}) => perSecond);
  const {ratio, low, high} = medianRatio(rates(ours), rates(theirs));
  const shown = (name: string, results: Measured[]) => {
    const errors = results.reduce((sum, result) => sum + result.errors, 0);
    const ms = (pick: (result: Measured) => number) => median(results.map(pick)).toFixed(2);
    const us = median(results.map(({cpuUs}) => cpuUs)).toFixed(1);
    return `| ${name} | ${Math.round(median(rates(results)))} | ${ms(({p50Ms}) => p50Ms)} | ${ms(({p99Ms}) => p99Ms)} | ${us} | ${errors} |`;
  };
  process.stdout.write(
    `\n${title}\n| | answers/s | p50 ms | p99 ms | CPU us an answer | errors |\n|---|---|---|---|---|---|\n` +
      `${shown('embedder, cached', ours)}\n${shown('bare node:http', theirs)}\n` +
      `ratio ${ratio.toFixed(3)} (95 %: ${low.toFixed(3)} to ${high.toFixed(3)}, ${ours.length} rounds)\n`,
  );
}
