import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';
import {median} from '../../src/stats/quantile.js';
import {repository} from '../support/stack.js';

const exec = promisify(execFile);
const rounds = 15;
/** The product promises 50; on a busy machine the shell's own start alone may take as long. */
const mostOverheadMs = 100;

test('./sutra on a checkout that is ready costs little more than node bin/run.js', async () => {
  await milliseconds(join(repository, 'sutra'), ['--version']);
  const launched: number[] = [];
  const bare: number[] = [];
  // In turn, so that a noisy moment of the machine meets both.
  for (let round = 0; round < rounds; round += 1) {
    launched.push(await milliseconds(join(repository, 'sutra'), ['--version']));
    bare.push(await milliseconds(process.execPath, [join(repository, 'bin/run.js'), '--version']));
  }
  const overheadMs = median(launched) - median(bare);
  process.stdout.write(`launcher: ${overheadMs.toFixed(0)} ms over ${median(bare).toFixed(0)} ms\n`);
  expect(overheadMs).toBeLessThan(mostOverheadMs);
});

test('./sutra gives the answer, the exit code and the arguments of the command line, from any folder', async () => {
  const {stdout} = await exec(join(repository, 'sutra'), ['--version'], {cwd: '/'});
  const {stdout: bare} = await exec(process.execPath, [join(repository, 'bin/run.js'), '--version']);
  expect(stdout).toBe(bare);
  const wrong = exec(join(repository, 'sutra'), ['deploy', '--edition', 'two words'], {cwd: '/'});
  await expect(wrong).rejects.toMatchObject({code: 2, stderr: expect.stringContaining('two words')});
});

async function milliseconds(program: string, args: string[]): Promise<number> {
  const startMs = performance.now();
  await exec(program, args);
  return performance.now() - startMs;
}
