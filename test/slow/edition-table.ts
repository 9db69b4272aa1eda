// What changing the edition of a running stack costs a client that asks all the time, for every pair, as a table in
// Markdown. Three minutes as processes, eight in containers.
//   sh bin/ready.sh node --import tsx test/slow/edition-table.ts [process|compose] [port offset] ['simple community …']
import type {DeployReport} from '../../src/stack/stack-report.js';
import {deployComposeStack} from '../support/compose-stack.js';
import {deployStack, type StackFolder} from '../support/stack.js';
import {askDuring} from '../support/steady-client.js';

const [runtime = 'process', offset = '0', chosenTour] = process.argv.slice(2);
const flagsOf: Record<string, string[]> = {
  simple: ['--edition', 'simple'],
  community: ['--edition', 'community'],
  enterprise: ['--edition', 'enterprise'],
  direct: ['--edition', 'simple', '--topology', 'direct'],
};
/** Every ordered pair once. */
const tour =
  'simple community simple enterprise simple direct community enterprise community direct enterprise direct simple';
const project = 'editions';
const common = ['--model', 'all-MiniLM-L6-v2-int8', '--port-offset', offset];

const names = (chosenTour ?? tour).split(' ');
const [first = 'simple', ...others] = names;
const print = (text: string) => process.stdout.write(`${text}\n`);

await using stack = await start([...common, ...(flagsOf[first] ?? [])]);
print('| from | to | exit without --yes | announced s | exit | took s | asked | failed | interruption ms | failures |');
print(`|${'---|'.repeat(10)}`);
let before = first;
let wrong = 0;
for (const to of others) {
  const args = ['deploy', '--json', '--project', project, ...common, ...(flagsOf[to] ?? [])];
  const startMs = performance.now();
  const {value, ...seen} = await askDuring(stack.report.urls.api, async () => {
    const unasked = await stack.run(args);
    return {unasked, done: unasked.exitCode === 2 ? await stack.run([...args, '--yes']) : unasked};
  });
  const {unasked, done} = value;
  const announced = /Interrupt service for about (\d+) s/.exec(unasked.stdout + unasked.stderr)?.[1];
  const tookS = ((performance.now() - startMs) / 1_000).toFixed(1);
  const failed = seen.asked - seen.answered;
  const kinds = Object.entries(seen.failures).map(([kind, count]) => `${count} ${kind}`);
  const cells = [before, to, unasked.exitCode, announced ?? '-', done.exitCode, tookS, seen.asked, failed];
  print(`| ${[...cells, seen.interruptionMs, kinds.join(', ') || '-'].join(' | ')} |`);
  if (done.exitCode !== 0) print(done.stderr);
  if (unasked.exitCode !== 2 || done.exitCode !== 0 || (done.json as DeployReport).topology !== to) wrong += 1;
  before = to;
}
process.exitCode = wrong === 0 ? 0 : 10;

function start(flags: string[]): Promise<StackFolder & {report: {urls: {api: string}}}> {
  return runtime === 'compose' ? deployComposeStack(project, flags) : deployStack(['--project', project, ...flags]);
}
