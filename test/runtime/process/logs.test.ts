import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {followLog} from '../../../src/runtime/process/logs/log-follower.js';
import {lastLines} from '../../../src/runtime/process/logs/log-tail.js';
import {processStack} from '../../../src/runtime/process/process-stack.js';
import {rotateLogs} from '../../../src/runtime/process/supervisor/log-rotation.js';
import {nodeSystem} from '../../../src/system/node-system.js';
import {eventually} from './stack-under-test.js';

function logFolder(): {logs: string; log: string} {
  const logs = mkdtempSync(join(tmpdir(), 'sutra-logs-'));
  onTestFinished(() => rm(logs, {recursive: true, force: true}));
  return {logs, log: join(logs, 'model-1.log')};
}

const numbered = (from: number, to: number): string[] =>
  Array.from({length: to - from + 1}, (_, index) => `line ${from + index}`);
const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join('');

test('the last lines are found from the end of a large log', () => {
  const {log} = logFolder();
  writeFileSync(log, text(numbered(1, 50_000)));
  expect(lastLines(log, 3)).toEqual(['line 49998', 'line 49999', 'line 50000']);
  expect(lastLines(log, 12_000)).toEqual(numbered(38_001, 50_000));
  expect(lastLines(log, 0)).toEqual([]);
  expect(lastLines(`${log}.nowhere`, 3)).toEqual([]);
});

test('a last line without an end, and characters of several bytes, are shown whole', () => {
  const {log} = logFolder();
  writeFileSync(log, `${'ü'.repeat(70_000)}\nänd`);
  expect(lastLines(log, 2)).toEqual(['ü'.repeat(70_000), 'änd']);
});

test('a log past its size is copied and emptied, its writer goes on, two copies are kept', () => {
  const {logs, log} = logFolder();
  const writer = openSync(log, 'a');
  for (const round of [1, 2, 3]) {
    writeSync(writer, text([`round ${round}`, 'x'.repeat(1_000)]));
    rotateLogs(logs, 500);
  }
  writeSync(writer, 'after\n');
  closeSync(writer);
  expect(readFileSync(log, 'utf8')).toBe('after\n');
  expect(readFileSync(`${log}.1`, 'utf8')).toContain('round 3');
  expect(readFileSync(`${log}.2`, 'utf8')).toContain('round 2');
  expect(statSync(`${log}.3`, {throwIfNoEntry: false})).toBeUndefined();
  expect(lastLines(log, 3)).toEqual(['round 3', 'x'.repeat(1_000), 'after']);
  rotateLogs(logs, 500);
  expect(readFileSync(log, 'utf8')).toBe('after\n');
});

test('a follower sees every line once, through rotation, and only whole lines', () => {
  const {logs, log} = logFolder();
  writeFileSync(log, text(numbered(1, 10)));
  const follower = followLog(log);
  expect(follower.read()).toEqual([]);
  appendFileSync(log, 'line 11\nline');
  expect(follower.read()).toEqual(['line 11']);
  appendFileSync(log, ' 12\nline 13\n');
  rotateLogs(logs, 10);
  appendFileSync(log, 'line 14\n');
  expect(follower.read()).toEqual(['line 12', 'line 13', 'line 14']);
  rotateLogs(logs, 0);
  expect(follower.read()).toEqual([]);
  appendFileSync(log, 'line 15\n');
  expect(follower.read()).toEqual(['line 15']);
});

test('a follower goes on after somebody has emptied the log', () => {
  const {log} = logFolder();
  writeFileSync(log, text(numbered(1, 10)));
  const follower = followLog(log);
  truncateSync(log, 0);
  appendFileSync(log, 'new\n');
  expect(follower.read()).toEqual(['new']);
});

test('a follower waits for a log that does not exist yet', () => {
  const {log} = logFolder();
  const follower = followLog(log);
  expect(follower.read()).toEqual([]);
  writeFileSync(log, 'first\n');
  expect(follower.read()).toEqual(['first']);
});

test('following ends quietly when it is aborted', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'sutra-logs-'));
  onTestFinished(() => rm(cwd, {recursive: true, force: true}));
  const controller = new AbortController();
  const stack = processStack(nodeSystem(controller.signal), {stateFolder: cwd});
  stack.lock('deploy')[Symbol.dispose]();
  const log = join(cwd, 'logs', 'model-1.log');
  writeFileSync(log, 'before\n');
  const seen: string[] = [];
  const following = (async () => {
    const options = {tail: 10, follow: true, signal: controller.signal};
    for await (const {instance, text} of stack.logs(['model-1'], options)) seen.push(`${instance} ${text}`);
  })();
  await eventually(() => seen.length === 1);
  appendFileSync(log, 'later\n');
  await eventually(() => seen.length === 2);
  controller.abort();
  await following;
  expect(seen).toEqual(['model-1 before', 'model-1 later']);
});
