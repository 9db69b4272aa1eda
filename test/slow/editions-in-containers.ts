// Every edition as containers: up, proved, gone. Prints a table in markdown. Eight minutes.
//   node --import tsx test/slow/editions-in-containers.ts [port offset]
import {deployComposeStack, docker} from '../support/compose-stack.js';

const [offset = '1100'] = process.argv.slice(2);
const editions: [string, string[]][] = [
  ['simple', []],
  ['community', ['--edition', 'community']],
  ['enterprise', ['--edition', 'enterprise']],
  ['direct', ['--topology', 'direct']],
  ['simple, no cache', ['--no-cache']],
];

interface Check {
  id: string;
  verdict: string;
}

say('| edition | containers | deploy s | again s | checks passed, security included | memory MB | stop s |');
say(`|${'---|'.repeat(7)}`);
for (const [name, flags] of editions) {
  const project = 'editions';
  const startMs = performance.now();
  await using stack = await deployComposeStack(project, [...flags, '--port-offset', offset]);
  const deployed = secondsSince(startMs);
  const againMs = performance.now();
  await stack.run(['deploy', '--json', '--project', project, ...flags, '--port-offset', offset]);
  const again = secondsSince(againMs);
  const runs = [await stack.run(['validate', '--json']), await stack.run(['validate', '--security', '--json'])];
  const checks = runs.flatMap(({json}) => (json as {checks: Check[]}).checks);
  const failed = checks.filter(({verdict}) => verdict !== 'pass').map(({id, verdict}) => `${id} ${verdict}`);
  const memory = ((await stack.run(['status', '--json'])).json as {services: {memoryBytes: number | null}[]}).services;
  const bytes = memory.reduce((sum, {memoryBytes}) => sum + (memoryBytes ?? Number.NaN), 0);
  const count = docker(['ps', '--quiet', '--filter', `label=dev.sutra.project=${project}`])
    .trim()
    .split('\n').length;
  const stopMs = performance.now();
  await stack.stop();
  const proved = `${checks.length - failed.length} of ${checks.length}${failed.length === 0 ? '' : `: ${failed.join(', ')}`}`;
  say(`| ${[name, count, deployed, again, proved, Math.round(bytes / 1e6), secondsSince(stopMs)].join(' | ')} |`);
}

function secondsSince(startMs: number): string {
  return ((performance.now() - startMs) / 1_000).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
