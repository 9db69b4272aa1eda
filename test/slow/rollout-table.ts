// What changing a running stack of containers costs its clients, as a table in markdown. Ten minutes.
//   .ci/docker && ./sutra build && node --import tsx test/slow/rollout-table.ts [port offset]
import {quantile} from '../../src/stats/quantile.js';
import {type ComposeStack, deployComposeStack} from '../support/compose-stack.js';
import {awaitReplaced, pidOf, serviceBelow} from '../support/container-kill.js';
import {capacity, type LoadResult, loadDuring} from '../support/load.js';
import {tagImages} from '../support/other-images.js';
import type {Run} from '../support/stack.js';

const [offset = '700', only = ''] = process.argv.slice(2);
const sizeBytes = 200;
const changed = '0.1.0-other-services';
const otherEnv = ['ENV SUTRA_OTHER_IMAGE=1'];
const balancerChanged = '0.1.0-other-balancer';

interface Change {
  name: string;
  run: (stack: ComposeStack) => Promise<unknown>;
}

const deployMiniLm = (stack: ComposeStack, flags: string[], env: Record<string, string> = {}) =>
  succeed(stack.run(['deploy', '--json', ...flagsOf(stack.project, 'all-MiniLM-L6-v2'), ...flags], env));

const replaceBalancer = (stack: ComposeStack) => deployMiniLm(stack, [], {SUTRA_VERSION: balancerChanged});

const onMiniLm: Change[] = [
  {name: 'scale 3 to 5', run: (stack) => deployMiniLm(stack, ['--replicas', '5'])},
  {name: 'scale 5 to 3', run: (stack) => deployMiniLm(stack, ['--replicas', '3'])},
  {name: 'other images of the services', run: (stack) => deployMiniLm(stack, [], {SUTRA_VERSION: changed})},
  {name: 'rollback to the images before', run: (stack) => succeed(stack.run(['rollback', '--json', '--yes']))},
  {name: 'SIGKILL of a model, by its host pid', run: (stack) => kill(stack, 'ml-base-2')},
  {name: 'SIGKILL of an API replica', run: (stack) => kill(stack, 'embedding-service-1')},
  {name: 'SIGSTOP of a model: a hang', run: (stack) => kill(stack, 'ml-base-3', 'SIGSTOP')},
  // One container has the ports, so this one cannot be replaced side by side: what it costs is told, not asserted.
  {name: 'another image of the load balancer', run: replaceBalancer},
];

const onNomic: Change[] = [
  {
    name: 'dimension 768 to 256',
    run: (stack) =>
      succeed(
        stack.run(['deploy', '--json', ...flagsOf(stack.project, 'nomic-embed-text-v1.5'), '--dimension', '256']),
      ),
  },
];

say(
  '| change | capacity/s | rate/s | took s | sent | answered | failed | resets | failures | p50 ms | p99 ms | worst ms |',
);
say(`|${'---|'.repeat(12)}`);
let failed = 0;
using _services = tagImages(changed, {embedder: otherEnv, cache: otherEnv});
using _balancer = tagImages(balancerChanged, {'load-balancer': otherEnv});
await table('all-MiniLM-L6-v2', 'rollout', onMiniLm);
await table('nomic-embed-text-v1.5', 'rollout-nomic', onNomic);
process.exitCode = failed === 0 ? 0 : 10;

async function table(model: string, project: string, changes: Change[]): Promise<void> {
  const chosen = changes.filter(({name}) => name.includes(only));
  if (chosen.length === 0) return;
  await using stack = await deployComposeStack(project, flagsOf(project, model).slice(2));
  const url = stack.report.urls.api;
  await capacity({url, sizeBytes, durationMs: 2_000, concurrency: 16});
  const most = await capacity({url, sizeBytes, durationMs: 5_000, concurrency: 16});
  const ratePerSecond = Math.max(1, Math.round(most / 2));
  for (const {name, run} of chosen) {
    const {load, changeMs} = await loadDuring({url, sizeBytes, ratePerSecond}, () => run(stack));
    if (run !== replaceBalancer) failed += load.failed;
    say(`| ${[name, most.toFixed(0), ratePerSecond, (changeMs / 1_000).toFixed(1), ...figures(load)].join(' | ')} |`);
  }
}

function flagsOf(project: string, model: string): string[] {
  return ['--project', project, '--edition', 'community', '--model', model, '--port-offset', offset];
}

/** A crash takes the container's init, and all with it; a hang is the service's alone. */
async function kill(stack: ComposeStack, victim: string, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): Promise<void> {
  const pid = await pidOf(stack, victim);
  process.kill(signal === 'SIGKILL' ? pid : serviceBelow(pid), signal);
  await awaitReplaced(stack, victim, pid);
}

async function succeed(running: Promise<Run>): Promise<void> {
  const {exitCode, stdout, stderr} = await running;
  if (exitCode !== 0) throw new Error(`exited ${exitCode}:\n${stdout}\n${stderr}`);
}

function figures({sent, answered, failed: lost, resets, failures, latenciesMs}: LoadResult): (string | number)[] {
  const latencies = [0.5, 0.99, 1].map((q) => Math.round(quantile(latenciesMs, q)));
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} ${kind}`);
  return [sent, answered, lost, resets, kinds.join(', ') || '-', ...latencies];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
