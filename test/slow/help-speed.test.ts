import {execFile} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {median} from '../../src/stats/quantile.js';
import {repository} from '../support/stack.js';

const exec = promisify(execFile);
const rounds = 15;
const bare = mkdtempSync(join(tmpdir(), 'sutra-bare-oclif-'));

/** A project of one command that does nothing, on the oclif this one uses. */
beforeAll(async () => {
  const {version} = JSON.parse(readFileSync(join(repository, 'node_modules/@oclif/core/package.json'), 'utf8')) as {
    version: string;
  };
  const oclif = {bin: 'bare', commands: './commands'};
  const manifest = {name: 'bare', version: '0.0.0', type: 'module', oclif, dependencies: {'@oclif/core': version}};
  mkdirSync(join(bare, 'commands'));
  writeFileSync(join(bare, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(bare, 'run.js'), "import {execute} from '@oclif/core';\nawait execute({dir: import.meta.url});\n");
  const command = "import {Command} from '@oclif/core';\nexport default class Hello extends Command {\n  run() {}\n}\n";
  writeFileSync(join(bare, 'commands/hello.js'), command);
  await exec('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {cwd: bare});
});

afterAll(() => rmSync(bare, {recursive: true, force: true}));

test('sutra --help takes less than 250 ms and at most 1.3 times a bare oclif project', async () => {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const times = [await helpMs(join(repository, 'bin/run.js')), await helpMs(join(bare, 'run.js'))] as const;
    // The first round reads from the disk.
    if (round === 0) continue;
    ours.push(times[0]);
    theirs.push(times[1]);
  }
  const [mine, bareMs] = [median(ours), median(theirs)];
  process.stdout.write(
    `--help: ${mine.toFixed(0)} ms, bare oclif ${bareMs.toFixed(0)} ms, ${(mine / bareMs).toFixed(2)}x\n`,
  );
  expect(mine).toBeLessThan(250);
  expect(mine / bareMs).toBeLessThanOrEqual(1.3);
});

async function helpMs(program: string): Promise<number> {
  const startMs = performance.now();
  await exec(process.execPath, [program, '--help']);
  return performance.now() - startMs;
}
