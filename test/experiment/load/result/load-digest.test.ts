import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, it} from 'vitest';
import type {LoadJob} from '../../../../src/experiment/load/request/load-job.js';
import {loadDigest} from '../../../../src/experiment/load/result/load-digest.js';
import {openWorkload, parseWorkload} from '../../../../src/experiment/load/workloads/open-workload.js';

const {signal} = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'sutra-load-digest-'));
afterAll(() => rmSync(folder, {recursive: true}));

const openWith = (text: string) => openWorkload(parseWorkload(text), signal);

const stage = {durationMs: 1_000, fromPerSecond: 100, toPerSecond: 100};
const job: LoadJob = {
  target: {
    url: 'http://127.0.0.1:8888/embed',
    method: 'POST',
    headers: {},
    endpoint: {address: '127.0.0.1', port: 8_888, tls: false, serverName: null, certificates: []},
  },
  loop: {kind: 'open', text: '100/s', timing: {kind: 'stages', stages: [stage], arrivals: 'uniform'}},
  workload: await openWith('zipf:1.1:1000'),
  body: {template: '{"texts":{{texts}}}', words: {least: 1, most: 8}, batch: {least: 1, most: 1}, dimensions: []},
  connections: 8,
  workers: 1,
  warmupMs: 100,
  durationMs: 1_000,
  deadlineMs: 1_000,
  seed: 1,
};

it.each<[string, Partial<LoadJob>]>([
  ['the seed', {seed: 2}],
  ['the threads', {workers: 2}],
  ['the target', {target: {...job.target, url: 'http://127.0.0.1:9999/embed'}}],
  [
    'the words for it',
    {loop: {kind: 'open', text: 'otherwise', timing: {kind: 'stages', stages: [stage], arrivals: 'uniform'}}},
  ],
])('%s is no part of the load', (_, other) => {
  expect(loadDigest({...job, ...other})).toBe(loadDigest(job));
});

it.each<[string, Partial<LoadJob>]>([
  [
    'the rate',
    {
      loop: {
        kind: 'open',
        text: '100/s',
        timing: {kind: 'stages', stages: [{...stage, toPerSecond: 101}], arrivals: 'uniform'},
      },
    },
  ],
  [
    'the arrivals',
    {loop: {kind: 'open', text: '100/s', timing: {kind: 'stages', stages: [stage], arrivals: 'poisson'}}},
  ],
  ['the loop', {loop: {kind: 'closed'}}],
  ['the workload', {workload: await openWith('zipf:1.2:1000')}],
  ['the body', {body: {...job.body, words: {least: 1, most: 9}}}],
  ['the connections', {connections: 9}],
  ['the warm-up', {warmupMs: 200}],
  ['the time', {durationMs: 2_000}],
])('%s makes it another load', (_, other) => {
  expect(loadDigest({...job, ...other})).not.toBe(loadDigest(job));
});

it('a file of the same name with other texts makes it another load', async () => {
  const path = join(folder, 'texts.txt');
  const withTexts = async (text: string) => {
    writeFileSync(path, text);
    return loadDigest({...job, workload: await openWith(`texts:${path}`)});
  };
  const first = await withTexts('one\ntwo\n');
  expect(await withTexts('one\ntwo\n')).toBe(first);
  expect(await withTexts('one\nthree\n')).not.toBe(first);
});
