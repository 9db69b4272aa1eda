import {spawn} from 'node:child_process';
import {appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openJournal} from '../../src/journal/journal.js';
import {readJournal} from '../../src/journal/read-journal.js';

function journalPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sutra-journal-'));
  onTestFinished(() => rm(folder, {recursive: true, force: true}));
  return join(folder, 'below', 'journal.jsonl');
}

const crash = {
  kind: 'crash',
  entity: 'ml-base-1',
  cause: 'killed by SIGKILL',
  data: {pid: 4711, restarts: 0, code: null, signal: 'SIGKILL'},
} as const;

test('what was appended is read back in order, with time and version', () => {
  const path = journalPath();
  const journal = openJournal(path, () => Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  journal.append(crash);
  journal.append({kind: 'up', entity: 'stack', cause: 'a line\nand “another”', data: {instances: ['ml-base-1']}});
  const {events, tornTail, damagedLines} = readJournal(path);
  expect(events).toEqual([
    {schemaVersion: 1, at: '2026-01-02T03:04:05.678Z', ...crash},
    {
      schemaVersion: 1,
      at: '2026-01-02T03:04:05.678Z',
      kind: 'up',
      entity: 'stack',
      cause: 'a line\nand “another”',
      data: {instances: ['ml-base-1']},
    },
  ]);
  expect({tornTail, damagedLines}).toEqual({tornTail: false, damagedLines: []});
});

test('a journal that was never written to is empty', () => {
  expect(readJournal(journalPath())).toEqual({events: [], tornTail: false, damagedLines: []});
});

test('cut at every byte of its last record, a journal keeps all before it and takes the next event', () => {
  const path = journalPath();
  const journal = openJournal(path);
  journal.append(crash);
  const whole = readFileSync(path);
  journal.append({...crash, entity: 'ml-base-ü'});
  const full = readFileSync(path);
  for (let length = whole.length; length < full.length; length += 1) {
    writeFileSync(path, full);
    truncateSync(path, length);
    const lost = length < full.length - 1;
    expect(readJournal(path).events).toHaveLength(lost ? 1 : 2);
    expect(readJournal(path).tornTail).toBe(lost && length > whole.length);

    journal.append({...crash, entity: 'next'});
    const {events, tornTail, damagedLines} = readJournal(path);
    expect(events.map(({entity}) => entity)).toEqual(lost ? ['ml-base-1', 'next'] : ['ml-base-1', 'ml-base-ü', 'next']);
    expect(tornTail).toBe(false);
    expect(damagedLines).toEqual(lost && length > whole.length ? [2] : []);
  }
});

test('a line that is no event is reported by its number and hides no other', () => {
  const path = journalPath();
  const journal = openJournal(path);
  journal.append(crash);
  appendFileSync(path, '{"kind": "spawn"}\n\n');
  journal.append(crash);
  const {events, damagedLines} = readJournal(path);
  expect(events).toHaveLength(2);
  expect(damagedLines).toEqual([2]);
});

test('an event that is not well-formed is refused before anything is written', () => {
  const path = journalPath();
  const data = {...crash.data, pid: '4711'} as unknown as typeof crash.data;
  expect(() => openJournal(path).append({...crash, data})).toThrow();
  expect(() => openJournal(path).append({...crash, entity: ''})).toThrow();
  expect(readJournal(path).events).toEqual([]);
});

test('a kind of event that a later version writes is read, not damage', () => {
  const path = journalPath();
  openJournal(path).append(crash);
  const later = {...readJournal(path).events[0], kind: 'release-step', data: {step: 3}};
  appendFileSync(path, `${JSON.stringify(later)}\n`);
  const {events, damagedLines} = readJournal(path);
  expect(events[1]).toEqual(later);
  expect(damagedLines).toEqual([]);
});

test('several processes append at once and no line is lost or mixed', async () => {
  const path = journalPath();
  const module = join(import.meta.dirname, '../../dist/journal/journal.js');
  const script = `
    const {openJournal} = await import(${JSON.stringify(module)});
    const journal = openJournal(${JSON.stringify(path)});
    for (let n = 0; n < 100; n += 1) {
      journal.append({kind: 'spawn', entity: process.argv[1], cause: 'x'.repeat(n * 40), data: {pid: n, restarts: 0}});
    }
  `;
  const writers = ['a', 'b', 'c'].map((name) => spawn(process.execPath, ['-e', script, name], {stdio: 'inherit'}));
  const codes = await Promise.all(writers.map((writer) => new Promise((resolve) => writer.once('exit', resolve))));
  expect(codes).toEqual([0, 0, 0]);
  const {events, tornTail, damagedLines} = readJournal(path);
  expect({tornTail, damagedLines}).toEqual({tornTail: false, damagedLines: []});
  for (const name of ['a', 'b', 'c']) {
    expect(events.filter(({entity}) => entity === name).map(({data}) => data.pid)).toEqual([...Array(100).keys()]);
  }
});
