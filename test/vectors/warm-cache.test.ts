import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {json} from 'node:stream/consumers';
import {limits} from '@sutra/contract/limits';
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {writeDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {nodeSystem} from '../../src/system/node-system.js';
import type {Plan} from '../../src/topology/plan-schema.js';
import {type LongLines, warmCache} from '../../src/vectors/warm-cache.js';
import {readWarmLines} from '../../src/vectors/warm-lines.js';
import {sutraHere} from '../support/cli-here.js';
import {planOf} from '../support/plans.js';

/** Answers as the API does: a word is a token, and the model's window is five. */
const window = 5;
const asked: {texts: string[]; truncate: boolean}[] = [];
const server = createServer(async (request, response) => {
  const body = (await json(request)) as (typeof asked)[number];
  asked.push(body);
  const tokens = body.texts.map((text) => text.split(' ').length);
  const index = tokens.findIndex((count) => count > window);
  if (body.texts.includes('fails')) return response.writeHead(500).end('{}');
  const known = body.texts.filter((text) => text === 'known');
  if (index === -1 || body.truncate) return response.end(JSON.stringify({cached_count: known.length}));
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
  const read = await readWarmLines(path, system.signal);
  return await warmCache(read, {system, plan: planOfServer(), longLines, onProgress: () => undefined});
}

function planOfServer(): Plan {
  const plan = planOf();
  return {...plan, urls: {...plan.urls, api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`}};
}

const long = 'a b c d e f';
const lines = ['\uFEFFone', '', long, '  \t', 'two', `${long} g`, ''].join('\r\n');

it('long lines are refused with their number and what to do', async () => {
  await expect(warm(lines, 'refuse')).rejects.toMatchObject({
    code: 'USAGE',
    message: `${path}:3: has 6 tokens, and the model's window is 5`,
    cures: [
      '--long-lines skip ignores such lines',
      expect.stringContaining('--long-lines cut'),
      '0 texts before it are cached',
    ],
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

it('lines that are skipped are told in their order, whatever they are too long for', async () => {
  const huge = 'x'.repeat(limits.bodyBytes);
  expect(await warm(`${long}\n${huge}\nfine\n`, 'skip')).toMatchObject({texts: 1, skipped: [1, 2]});
});

it('what the cache has already is counted', async () => {
  expect(await warm('known\nnew\nknown\n', 'refuse')).toMatchObject({texts: 3, cached: 2});
});

it('no request holds more than the API takes', async () => {
  await warm(Array.from({length: 300}, (_, line) => `text ${line}`).join('\n'), 'refuse');
  await warm(Array.from({length: 5}, () => 'x'.repeat(0.4 * limits.bodyBytes)).join('\n'), 'refuse');
  for (const body of asked) {
    expect(body.texts.length).toBeLessThanOrEqual(limits.textsPerRequest);
    expect(JSON.stringify(body).length).toBeLessThanOrEqual(limits.bodyBytes);
  }
  expect(asked.flatMap(({texts}) => texts)).toHaveLength(305);
});

it('a failure in the middle says how many texts the cache has', async () => {
  const some = Array.from({length: 40}, (_, line) => (line === 39 ? 'fails' : `text ${line}`)).join('\n');
  await expect(warm(some, 'refuse')).rejects.toMatchObject({
    code: 'NETWORK',
    message: expect.stringMatching(/^after 32 texts, \S+ answered 500/),
  });
});

it('the command passes on what --long-lines says', async () => {
  writeFileSync(path, `${long}\nfine\n`);
  writeDeployedPlan({cwd: folder}, planOfServer());
  const run = (...args: string[]) => sutraHere(['cache', 'warm', path, '--folder', folder, ...args]);
  expect(await run()).toMatchObject({exitCode: 2, stderr: expect.stringContaining(`Error: ${path}:1: has 6 tokens`)});
  const skipped = '1 texts, 1 of them newly cached\n1 skipped as too long: line 1\n';
  expect(await run('--long-lines', 'skip')).toMatchObject({exitCode: 0, stdout: skipped});
  expect((await run('--long-lines', 'cut')).stdout).toContain("1 truncated to the model's window: line 1");
});

it('what no embedder takes is refused with its line before anything is sent', async () => {
  await expect(warm('one\ntw\0o\n', 'skip')).rejects.toThrow(`${path}:2: holds a NUL character`);
  await expect(warm(Buffer.from([0x61, 0x0a, 0x62, 0xff]), 'skip')).rejects.toThrow(`${path}:2:2: is not UTF-8 text`);
  expect(asked).toEqual([]);
});
