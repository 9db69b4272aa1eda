// A reboot as the stack sees it: the engine stops and starts again, nobody deploys. Prints when all was back. One minute.
//   node --import tsx test/slow/reboot.ts 'systemctl stop docker docker.socket' 'systemctl start docker'
import {execFileSync} from 'node:child_process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {StackReport} from '../../src/stack/stack-report.js';
import {deployComposeStack} from '../support/compose-stack.js';

const [stopEngine, startEngine] = process.argv.slice(2);
if (stopEngine === undefined || startEngine === undefined)
  throw new Error('give the commands that stop and start the engine');
const flags = ['--edition', 'community', '--model', 'all-MiniLM-L6-v2-int8', '--port-offset', '900'];
const texts = Array.from({length: 50}, (_, index) => `kept over a reboot ${index}`);

await using stack = await deployComposeStack('reboot', flags);
await embed();
await sleep(2_000);
const stopped = timed(() => bash(stopEngine));
const startMs = performance.now();
bash(startEngine);
const answeredMs = await until(async () => (await embed()) !== null);
const healthyMs = await until(async () => {
  const {json} = await stack.run(['status', '--json']);
  return (json as StackReport).services.every(({state}) => state === 'healthy');
});
say(`engine stopped in ${stopped} s; after its start: first answer ${answeredMs} s, all healthy ${healthyMs} s`);
say(`${await embed()} of ${texts.length} vectors from the cache`);

/** How many came from the cache; null where nobody answers. */
async function embed(): Promise<number | null> {
  try {
    const body = JSON.stringify({texts});
    const answer = await fetch(`${stack.report.urls.api}/embed`, {method: 'POST', body});
    return answer.ok ? ((await answer.json()) as {cached_count: number}).cached_count : null;
  } catch {
    return null;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<string> {
  while (!(await isSo())) {
    if (performance.now() - startMs > 300_000) throw new Error('not back after five minutes');
    await sleep(200);
  }
  return ((performance.now() - startMs) / 1_000).toFixed(1);
}

function bash(command: string): void {
  execFileSync('bash', ['-c', command], {stdio: ['ignore', 'ignore', 'inherit']});
}

function timed(work: () => void): string {
  const from = performance.now();
  work();
  return ((performance.now() - from) / 1_000).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
