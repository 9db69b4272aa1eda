import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {prepareLoad} from '../../../src/experiment/load/request/load-request.js';
import {type LoadFlags, parseLoad} from '../../../src/experiment/load/request/parse-load.js';

let folder: string;
let server: Server;
let url: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-prepare-'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/embed`);
});
afterAll(async () => {
  server.close();
  await rm(folder, {recursive: true});
});

const flags: LoadFlags = {
  arrivals: 'uniform',
  closed: false,
  workers: 1,
  warmup: '0s',
  timeout: '1s',
  workload: 'uniform',
  words: '1',
  batch: '1',
  seed: 1,
};

async function prepared(rows: string[], more: Partial<LoadFlags> = {}) {
  const path = join(folder, 'trace.csv');
  await writeFile(path, ['seconds,words', ...rows].join('\n'));
  const request = parseLoad({...flags, workload: `trace:${path}`, ...more});
  return await prepareLoad({...request, url}, AbortSignal.timeout(10_000));
}

it.each([
  [['7,1'], 'the trace holds one request, which gives no rate'],
  [['7,1', '7,2'], 'the trace holds 2 requests at one moment, which gives no rate'],
  [['0,1', '100000000,2'], 'the trace takes 27,778 h; the limit is 24 h'],
])('a trace that makes no load of any use is refused: %j', async (rows, message) => {
  await expect(prepared(rows)).rejects.toThrowError(expect.objectContaining({code: 'USAGE', message}));
});

it('every request says that it is a test, and a header of the same name wins', async () => {
  const sent = async (header?: string[]) =>
    (await prepareLoad({...parseLoad({...flags, header}), url}, AbortSignal.timeout(10_000))).target.headers;
  expect(await sent()).toMatchObject({'x-sutra-traffic': 'test'});
  expect(await sent(['x-sutra-traffic: client'])).toMatchObject({'x-sutra-traffic': 'client'});
});

it('a trace with a long gap is sent faster, or in part', async () => {
  const rows = ['0,1', '100000000,2'];
  expect((await prepared(rows, {duration: '5s'})).durationMs).toBe(5_000);
  expect((await prepared(rows, {rate: '10'})).durationMs).toBeLessThan(1_000);
});
