// How much of a Zipf workload the two tiers answer: 100,000 texts, popularity 1/rank, L1 of 10,000 a replica, L2 of
// 100,000. Runs a whole community stack on all-MiniLM-L6-v2-int8 in a temporary folder.
//   node --import tsx bench/zipf.ts [warm-up texts] [measured texts]
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {seededRandom} from '../src/stats/random.js';

const keys = 100_000;
const exponent = 1;
const textsPerRequest = 32;
const concurrency = 8;
const portOffset = 5_600;
const api = `http://127.0.0.1:${8_888 + portOffset}`;
const seedShares = {l1: 0.68, l2: 0.17, miss: 0.15};

const [warmUp = 200_000, measured = 50_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'sutra-zipf-'));
const cli = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const sutra = (...args: string[]) =>
  execFileSync(process.execPath, [cli, ...args], {cwd: folder, stdio: ['ignore', 'pipe', 'ignore']});

try {
  sutra(
    'deploy',
    '--edition',
    'community',
    '--model',
    'all-MiniLM-L6-v2-int8',
    '--project',
    'zipf',
    '--port-offset',
    String(portOffset),
  );
  const draw = zipf(keys, exponent, 1);
  const startMs = performance.now();
  await send(warmUp, draw);
  const before = await stats();
  const warmMs = performance.now();
  await send(measured, draw);
  const after = await stats();
  print(before, after, {warmUpSeconds: (warmMs - startMs) / 1_000, seconds: (performance.now() - warmMs) / 1_000});
} finally {
  sutra('stop');
  rmSync(folder, {recursive: true, force: true});
}

interface Stats {
  total_requests: number;
  l1_hits: number;
  l2_hits: number;
}

async function stats(): Promise<Stats> {
  // Replicas tell the shard their counters once a second.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  return (await (await fetch(`${api}/cache/stats`)).json()) as Stats;
}

async function send(total: number, draw: () => number): Promise<void> {
  let left = total;
  const worker = async () => {
    while (left > 0) {
      const count = Math.min(textsPerRequest, left);
      left -= count;
      const texts = Array.from({length: count}, () => `what do people ask about subject number ${draw()}?`);
      const reply = await fetch(`${api}/embed`, {method: 'POST', body: JSON.stringify({texts})});
      if (!reply.ok) throw new Error(`status ${reply.status}: ${await reply.text()}`);
      await reply.arrayBuffer();
    }
  };
  await Promise.all(Array.from({length: concurrency}, worker));
}

/** Ranks 1 to `count`, drawn in proportion to 1 / rank^s; the same sequence for the same seed. */
function zipf(count: number, s: number, seed: number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += rank ** -s;
    sums[rank - 1] = sum;
  }
  const random = seededRandom(seed);
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function print(before: Stats, after: Stats, times: {warmUpSeconds: number; seconds: number}): void {
  const total = after.total_requests - before.total_requests;
  const l1 = (after.l1_hits - before.l1_hits) / total;
  const l2 = (after.l2_hits - before.l2_hits) / total;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  process.stdout.write(
    [
      `| ${total} texts after ${warmUp} of warm-up | measured | the documents' claim |`,
      '|---|---|---|',
      `| L1 | ${percent(l1)} | ${percent(seedShares.l1)} |`,
      `| L2 | ${percent(l2)} | ${percent(seedShares.l2)} |`,
      `| missed | ${percent(1 - l1 - l2)} | ${percent(seedShares.miss)} |`,
      `| both tiers | ${percent(l1 + l2)} | ${percent(seedShares.l1 + seedShares.l2)} |`,
      '',
      `warm-up ${times.warmUpSeconds.toFixed(0)} s, measured part ${times.seconds.toFixed(0)} s: ${Math.round(total / times.seconds)} texts/s`,
      '',
    ].join('\n'),
  );
}
