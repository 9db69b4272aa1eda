import type {ChildProcess} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {answerOf, cpuMs, startEmbedder} from './embedder.js';
import {startFakeModels} from './fake-models.js';
import {median, medianRatio} from './ratio.js';
import {wrk} from './wrk.js';

// What an answer costs the embedder itself, cached and not, here and in another checkout of the product, which is built:
// `npm run bench:embed-path -- FOLDER`. Both run at once and are loaded in turn; the models answer at once.

const other = process.argv[2];
if (other === undefined)
  throw new Error('which checkout is it to be compared with? npm run bench:embed-path -- FOLDER');
const rounds = Number(process.env.BENCH_ROUNDS ?? 15);
const seconds = Number(process.env.BENCH_SECONDS ?? 1);
const connections = 8;
const firstPort = Number(process.env.BENCH_PORT ?? 25_200);

const words =
  'a text of an ordinary length, about as long as a sentence or two in a paragraph of a page, again and again';
const texts = (count: number, text: string) =>
  JSON.stringify({texts: Array.from({length: count}, (_, i) => `${i} ${text}`)});
const loads = [
  ['a hit, 1 text', texts(1, words)],
  ['a hit, 32 texts', texts(32, words)],
  ['a miss, 1 text', texts(1, `$N ${words}`)],
  ['a miss, 32 texts', texts(32, `$N ${words}`)],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'sutra-bench-'));
const models = await startFakeModels(firstPort);
const places = [
  {port: firstPort + 1, modelsPort: firstPort},
  {port: firstPort + 2, modelsPort: firstPort, checkout: resolve(other)},
];
const servers: {port: number; child: ChildProcess}[] = places.map((place) => ({
  port: place.port,
  child: startEmbedder(place),
}));

try {
  process.stdout.write(
    '| | CPU us an answer, here | there | here / there (95 %) | answers/s, here / there (95 %) | errors |\n',
  );
  process.stdout.write(`|${'---|'.repeat(6)}\n`);
  for (const [name, body] of loads) {
    for (const {port} of servers) await answerOf(port, body);
    const cpu: number[][] = [[], []];
    const rates: number[][] = [[], []];
    let errors = 0;
    for (let round = -1; round < rounds; round += 1) {
      for (const [side, {port, child}] of servers.entries()) {
        const before = cpuMs(child.pid ?? 0);
        const result = await wrk(folder, `http://127.0.0.1:${port}/embed`, body, connections, seconds);
        if (round < 0) continue;
        errors += result.errors;
        cpu[side]?.push(((cpuMs(child.pid ?? 0) - before) * 1000) / result.answers);
        rates[side]?.push(result.perSecond);
      }
    }
    const of = ([here = [], there = []]: number[][]) => medianRatio(here, there);
    const shown = ({ratio, low, high}: ReturnType<typeof medianRatio>) =>
      `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
    const [here = [], there = []] = cpu;
    process.stdout.write(
      `| ${name} | ${median(here).toFixed(1)} | ${median(there).toFixed(1)} | ${shown(of(cpu))} | ${shown(of(rates))} | ${errors} |\n`,
    );
  }
} finally {
  for (const {child} of servers) child.kill();
  models.close();
  models.closeAllConnections();
  rmSync(folder, {recursive: true, force: true});
}
