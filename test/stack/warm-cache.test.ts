import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {json} from 'node:stream/consumers';
import {limits} from '@sutra/contract/limits';
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {type LongLines, warmCache} from '../../src/stack/warm-cache.js';
import {readWarmLines} from '../../src/stack/warm-lines.js';
import {nodeSystem} from '../../src/system/node-system.js';
import {planOf} from '../support/plans.js';

/** Answers as the API does: a word is a token, and the model's window is five. */
const window = 5;
const asked: {texts: string[]; truncate: boolean}[] = [];
const server = createServer(async (request, response) => {
  const body = (await json(request)) as (typeof asked)[number];
  asked.push(body);
  const tokens = body.texts.map((text) => text.split(' ').length);
  const index = tokens.findIndex((count) => count > window);
  if (index === -1 || body.truncate) return response.end(JSON.stringify({cached_count: 0}));
  const details = {index, tokens: tokens[index], window};
  return response.writeHead(413).end(JSON.stringify({error: {code: 'text_too_long', message: 'too long', details}}));
});

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-warm-'));
  path = join(folder, 'queries.txt');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, {recursive: true});
});
beforeEach(() => {
  asked.length = 0;
});

async function warm(text: string | Buffer, longLines: LongLines) {
  writeFileSync(path, text);
  const system = nodeSystem(AbortSignal.timeout(20_000), folder);
  const plan = planOf();
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = await readWarmLines(path, system.signal);
  const options = {system, plan: {...plan, urls: {...plan.urls, api}}, longLines, onProgress: () => undefined};
  return await warmCache(read, options);
}

const long = 'a b c d e f';
const lines = ['\uFEFFone', '', long, '  \t', 'two', `${long} g`, ''].join('\r\n');

it('long lines are refused with their number and what to do', async () => {
  await expect(warm(lines, 'refuse')).rejects.toMatchObject({
    code: 'USAGE',
    message: `${path}:3: has 6 tokens, and the model's window is 5`,
    cures: expect.arrayContaining([expect.stringContaining('--long-lines skip')]),
  });
});

it('long lines are skipped, and counted by the number of the line, as empty ones are', async () => {
  expect(await warm(lines, 'skip')).toEqual({texts: 2, cached: 0, empty: 2, cut: [], skipped: [3, 6]});
  expect(asked.at(-1)).toEqual({texts: ['one', 'two'], truncate: false});
});

it('long lines are cut, each on its own, so that the others stay as requests ask for them', async () => {
  expect(await warm(lines, 'cut')).toEqual({texts: 4, cached: 0, empty: 2, cut: [3, 6], skipped: []});
  expect(asked.filter(({truncate}) => truncate).map(({texts}) => texts)).toEqual([[long], [`${long} g`]]);
});

it('a line that is longer than a request may be is never sent', async () => {
  const huge = `fine\n${'"'.repeat(limits.bodyBytes / 2)}`;
  await expect(warm(huge, 'refuse')).rejects.toMatchObject({
    message: expect.stringContaining(`${path}:2: is longer than`),
  });
  expect(await warm(huge, 'cut')).toMatchObject({texts: 1, cut: [], skipped: [2]});
});

it('what no embedder takes is refused with its line before anything is sent', async () => {
  await expect(warm('one\ntw\0o\n', 'skip')).rejects.toThrow(`${path}:2: holds a NUL character`);
  await expect(warm(Buffer.from([0x61, 0x0a, 0x62, 0xff]), 'skip')).rejects.toThrow(`${path}:2:2: is no text in UTF-8`);
  expect(asked).toEqual([]);
});
