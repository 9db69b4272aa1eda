import {mkdtempSync, utimesSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {linesSince, timed} from '../../../../src/runtime/process/logs/log-time.js';

/** Of the second day of 2026. */
const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();

function logOf(lines: string[], {lastWrite = at(59), copy = [] as string[]} = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-logs-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  const path = join(folder, 'model-1.log');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  if (copy.length > 0) writeFileSync(`${path}.1`, copy.map((line) => `${line}\n`).join(''));
  utimesSync(path, new Date(lastWrite), new Date(lastWrite));
  return path;
}

const since = (path: string, minute: number) => linesSince(path, Date.parse(at(minute))).map(({text}) => text);

test.each([
  ['of a service', `{"at":"${at(7)}","service":"ml-base-1"}`, at(7)],
  ['of HAProxy', '2026-01-02T05:07:00.123456+02:00 Server is UP', '2026-01-02T03:07:00.123Z'],
  ['of the supervisor', `${at(7)} began`, at(7)],
  ['with a time elsewhere', `error at ${at(7)}`, null],
  ['without one', '[WARNING] (12) : Server is DOWN', null],
  ['with a day that there is not', '2026-13-41T05:07:00Z x', null],
])('the time of a line %s', (_, text, expected) => {
  expect(timed(text)).toEqual({text, at: expected});
});

test('lines from a time on, also out of the copy that the last rotation made', () => {
  const lines = [3, 4, 5, 6].map((minute) => `${at(minute)} ${minute}`);
  const path = logOf(lines.slice(2), {copy: lines.slice(0, 2)});
  expect(since(path, 4)).toEqual(lines.slice(1));
  expect(since(path, 1)).toEqual(lines);
  expect(since(path, 7)).toEqual([]);
});

test('a line without a time belongs to the next that has one: no recent line is left out, no old one shown', () => {
  const lines = ['old', `${at(3)} old`, 'recent', `${at(5)} recent`, 'last'];
  expect(since(logOf(lines), 4)).toEqual(lines.slice(2));
  expect(since(logOf(lines, {lastWrite: at(6)}), 7)).toEqual([]);
  expect(since(logOf(['no time', 'at all'], {lastWrite: at(6)}), 6)).toEqual(['no time', 'at all']);
});

test('a log that is empty or missing has none', () => {
  expect(since(logOf([]), 0)).toEqual([]);
  expect(since('/no-such-folder/model-1.log', 0)).toEqual([]);
});
