// Floods from one address, each beside a client with a key at 20 requests a second: how many of its requests are
// answered, how long they take, whether anything is restarted, what memory the load balancer comes to.
// Exit code 10: fewer than 99 % were answered, or something was restarted.
//   node bin/build.js && node --import tsx test/slow/floods.ts [process|compose] [seconds] [kind ...]
// With `compose` the flood comes from another network namespace, as from another machine: needs root.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {startFlood} from '../support/flood.js';
import type {FloodTarget} from '../support/flood-connection.js';
import {floodKinds} from '../support/flood-kinds.js';
import {askSteadily} from '../support/flooded-client.js';
import {deployStack} from '../support/stack.js';

const [runtime = 'process', seconds = '60', ...chosen] = process.argv.slice(2);
const kinds = chosen.length === 0 ? Object.keys(floodKinds) : chosen;
const apiKey = 'flood-test-key-0123456789';
const env = {SUTRA_API_KEY: apiKey, SUTRA_RUNTIME: runtime};
const flags = ['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8', '--replicas', '1', '--tls', '--expose'];

await using stack = await deployStack([...flags, '--project', 'floods', '--port-offset', '4400'], env);
const {port} = new URL(stack.report.urls.api);
using outside = runtime === 'compose' ? otherMachine() : null;
const target: FloodTarget = {
  host: outside?.host ?? '127.0.0.1',
  port: Number(port),
  tls: true,
  localAddress: outside === null ? '127.0.0.2' : undefined,
};
const client = {
  origin: stack.report.urls.api,
  certificate: readFileSync(join(stack.path, '.sutra/secrets/tls.pem'), 'utf8'),
  apiKey,
  ratePerSecond: 20,
  requests: Number.POSITIVE_INFINITY,
};

const columns = [
  'flood',
  'opened',
  'refused',
  'asked',
  'answered',
  '%',
  'p50 ms',
  'p99 ms',
  'failures',
  'restarts',
  'MB',
];
say(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
for (const kind of kinds) await row(kind);
await stack.run(['destroy', '--yes', '--volumes'], env);

async function row(kind: string): Promise<void> {
  const before = await services();
  const over = new AbortController();
  const asking = askSteadily(client, over.signal);
  const flood = await startFlood(kind, target, outside?.command);
  await sleep(Number(seconds) * 1_000);
  over.abort();
  const {sent, answered, failures, p50Ms, p99Ms} = await asking;
  const after = await services();
  const {opened, failed} = flood.counts();
  await flood[Symbol.asyncDispose]();
  const restarts = after.restarts - before.restarts;
  const share = (100 * answered) / sent;
  if (share < 99 || restarts > 0) process.exitCode = 10;
  const figures = [opened, failed, sent, answered, share.toFixed(1), p50Ms.toFixed(0), p99Ms.toFixed(0)];
  const rest = [JSON.stringify(failures), restarts, (after.balancerBytes / 1e6).toFixed(0)];
  say(`| ${[kind, ...figures, ...rest].join(' | ')} |`);
}

async function services(): Promise<{restarts: number; balancerBytes: number}> {
  const {json} = await stack.run(['status', '--json'], env);
  const all = (json as {services: {role: string; restarts: number; memoryBytes: number | null}[]}).services;
  const balancer = all.find(({role}) => role === 'load balancer');
  return {
    restarts: all.reduce((sum, service) => sum + service.restarts, 0),
    balancerBytes: balancer?.memoryBytes ?? Number.NaN,
  };
}

/** A network namespace with a cable to this one. */
function otherMachine(): {host: string; command: string[]} & Disposable {
  const [name, here, there] = ['sutra-floods', 'sutra-fl0', 'sutra-fl1'];
  const ip = (...args: string[]) => execFileSync('ip', args, {stdio: 'inherit'});
  ip('netns', 'add', name);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('addr', 'add', '10.79.0.1/30', 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'addr', 'add', '10.79.0.2/30', 'dev', there);
  ip('-n', name, 'link', 'set', there, 'up');
  return {
    host: '10.79.0.1',
    command: ['nsenter', `--net=/run/netns/${name}`],
    [Symbol.dispose]() {
      ip('link', 'del', here);
      ip('netns', 'del', name);
    },
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
