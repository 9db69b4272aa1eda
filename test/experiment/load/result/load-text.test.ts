import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {LoadJob} from '../../../../src/experiment/load/request/load-job.js';
import {requestMaker} from '../../../../src/experiment/load/request/request-maker.js';
import {loadText} from '../../../../src/experiment/load/result/load-text.js';
import {openWorkload, parseWorkload} from '../../../../src/experiment/load/workloads/open-workload.js';

const {signal} = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-load-text-'));
});
afterAll(() => rm(folder, {recursive: true}));

const body = {
  template: '{"texts":{{texts}}}',
  words: {least: 1, most: 1},
  batch: {least: 1, most: 1},
  dimensions: [],
};
const target = {
  url: 'http://127.0.0.1:8888/embed',
  method: 'POST',
  headers: {},
  endpoint: {address: '127.0.0.1', port: 8_888, tls: false, serverName: null, certificates: []},
};

async function textOf(lines: string): Promise<string> {
  const path = join(folder, 'texts.txt');
  await writeFile(path, lines);
  const job: LoadJob = {
    target,
    loop: {kind: 'closed'},
    workload: await openWorkload(parseWorkload(`texts:${path}`), signal),
    body,
    connections: 1,
    workers: 1,
    warmupMs: 0,
    durationMs: 1_000,
    deadlineMs: 1_000,
    seed: 1,
  };
  return loadText(job);
}

it('another text in a file of the same name is another load, which no baseline is compared with', async () => {
  const first = await textOf('one long text\n');
  expect(await textOf('short\n')).not.toBe(first);
  expect(await textOf('one long text\n')).toBe(first);
});

it('a host header takes the place of the address, and is not sent twice', () => {
  const request = requestMaker({...target, headers: {Host: 'api.example'}}, body, () => 'a', 1)();
  expect(request.match(/^host:.*$/gim)).toEqual(['Host: api.example\r'.trim()]);
});
