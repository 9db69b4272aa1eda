import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {haproxyMemoryEnv} from '../src/render/haproxy/memory-env.js';
import {startHaproxy} from './haproxy.js';
import {startHoldingServer} from './holding-server.js';
import {startNothing} from './nothing-server.js';
import {pageFaults, residentMb} from './process-memory.js';
import {median, medianRatio} from './ratio.js';
import {type WrkResult, wrk} from './wrk.js';

// HAProxy with the product's configuration, with and without the variables that make malloc keep freed buffers, in turn
// in front of the same server. Then the memory of both with 500 bodies of 60 KB in flight. `npm run bench:haproxy-memory`.

const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const firstPort = Number(process.env.BENCH_PORT ?? 25_200);
const connections = [8, 32, 64];
const inFlight = {bodies: 500, bytes: 60_000};

const body = JSON.stringify({texts: ['The quick brown fox jumps over the lazy dog'], dimension: 256});
const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
const answer = JSON.stringify({embeddings: [Array.from({length: 256}, (_, i) => Math.sin(i))]});
const quick = await startNothing(folder, firstPort, answer);
const slow = await startHoldingServer(firstPort + 1);

interface Kind {
  name: string;
  pid: number;
  /** Its ports before the quick and the slow server. */
  quick: number;
  slow: number;
  stop(): void;
}

const kinds = [start('kept', haproxyMemoryEnv, firstPort + 2), start('malloc as it is', {}, firstPort + 4)] as const;

try {
  await sleep(1_500);
  process.stdout.write(`answers of ${answer.length} bytes, ${rounds} rounds of ${seconds} s each, in turn\n`);
  process.stdout.write(
    '| connections | | answers/s | p50 ms | p99 ms | page faults a request | errors |\n|---|---|---|---|---|---|---|\n',
  );
  for (const count of connections) await compare(count);
  process.stdout.write(
    `\n| ${inFlight.bodies} bodies of ${inFlight.bytes} bytes in flight | before, MB | in flight, MB | 5 s later, MB |\n|---|---|---|---|\n`,
  );
  for (const kind of kinds) await hold(kind);
} finally {
  for (const kind of kinds) kind.stop();
  quick[Symbol.dispose]();
  slow.close();
  rmSync(folder, {recursive: true, force: true});
}

function start(name: string, env: Readonly<Record<string, string>>, port: number): Kind {
  const own = join(folder, String(port));
  mkdirSync(own);
  const child = startHaproxy(
    own,
    [
      {name: 'quick', port, serverPort: firstPort},
      {name: 'slow', port: port + 1, serverPort: firstPort + 1},
    ],
    env,
  );
  return {name, pid: child.pid ?? 0, quick: port, slow: port + 1, stop: () => child.kill()};
}

interface Measured extends WrkResult {
  faultsPerAnswer: number;
}

async function compare(count: number): Promise<void> {
  const results = new Map<Kind, Measured[]>(kinds.map((kind) => [kind, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const kind of kinds) {
      const before = pageFaults(kind.pid);
      const result = await wrk(folder, `http://127.0.0.1:${kind.quick}/embed`, body, count, round < 0 ? 1 : seconds);
      const faultsPerAnswer = (pageFaults(kind.pid) - before) / result.answers;
      if (round >= 0) results.get(kind)?.push({...result, faultsPerAnswer});
    }
  }
  const rates = kinds.map((kind) => results.get(kind)?.map(({perSecond}) => perSecond) ?? []);
  for (const kind of kinds) {
    const of = (pick: (result: Measured) => number) => median((results.get(kind) ?? []).map(pick));
    const errors = (results.get(kind) ?? []).reduce((sum, result) => sum + result.errors, 0);
    process.stdout.write(
      `| ${count} | ${kind.name} | ${Math.round(of(({perSecond}) => perSecond))} | ${of(({p50Ms}) => p50Ms).toFixed(2)} | ` +
        `${of(({p99Ms}) => p99Ms).toFixed(2)} | ${of(({faultsPerAnswer}) => faultsPerAnswer).toFixed(2)} | ${errors} |\n`,
    );
  }
  const {ratio, low, high} = medianRatio(rates[0] ?? [], rates[1] ?? []);
  process.stdout.write(
    `| ${count} | ratio | ${ratio.toFixed(2)} (95 %: ${low.toFixed(2)} to ${high.toFixed(2)}) | | | | |\n`,
  );
}

/** All bodies are in HAProxy when the server holds as many as it may have and no client has a byte left to send. */
async function hold({name, pid, slow: port}: Kind): Promise<void> {
  const beforeMb = residentMb(pid);
  slow.hold();
  const text = 'x'.repeat(inFlight.bytes);
  const answers = Array.from({length: inFlight.bodies}, () =>
    fetch(`http://127.0.0.1:${port}/embed`, {method: 'POST', body: text}).then(async (response) => {
      await response.arrayBuffer();
      return response.status;
    }),
  );
  await untilStill(() => residentMb(pid));
  const heldMb = residentMb(pid);
  slow.release();
  const statuses = await Promise.all(answers);
  if (statuses.some((status) => status !== 200))
    throw new Error(`not all answered: ${[...new Set(statuses)].join(', ')}`);
  await sleep(5_000);
  const cells = [beforeMb, heldMb, residentMb(pid)].map((mb) => mb.toFixed(0));
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}

async function untilStill(value: () => number): Promise<void> {
  for (let last = Number.NaN, same = 0; same < 4; ) {
    await sleep(500);
    same = Math.abs(value() - last) < 0.1 ? same + 1 : 0;
    last = value();
  }
}
