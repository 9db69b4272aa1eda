import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {runComposeUp} from '../../../src/runtime/compose/run-compose.js';
import {nodeSystem} from '../../../src/system/node-system.js';

/** A program that refuses so many times with these words, then ends well; and how often it was started. */
function refusing(times: number, words: string): {command: [string, string[]]; starts: () => number} {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-compose-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  const log = join(folder, 'starts');
  const script = `echo >>"$1"; [ "$(wc -l <"$1")" -gt ${times} ] || { echo "$2" >&2; exit 1; }`;
  return {command: ['sh', ['-c', script, 'sh', log, words]], starts: () => readFileSync(log, 'utf8').length};
}

const system = nodeSystem(AbortSignal.timeout(20_000));

test.each([
  'Error response from daemon: Conflict. The container name "/killed-ml-base-1" is already in use by container "8aa5"',
  'driver failed programming external connectivity: Bind for 127.0.0.1:8891 failed: port is already allocated',
])('what a killed command left the engine to end is waited for: %s', async (words) => {
  const {command, starts} = refusing(2, words);
  await runComposeUp(command, system);
  expect(starts()).toBe(3);
});

test('what no waiting helps is said at once', async () => {
  const {command, starts} = refusing(1, 'no space left on device');
  await expect(runComposeUp(command, system)).rejects.toMatchObject({code: 'NO_SPACE'});
  expect(starts()).toBe(1);
});
