import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bodyMaker} from '../../../../src/experiment/load/request/request-maker.js';
import {drawTexts, openWorkload, parseWorkload} from '../../../../src/experiment/load/workloads/open-workload.js';
import {textOfKey} from '../../../../src/experiment/load/workloads/text-of-key.js';
import {zipfRanks} from '../../../../src/experiment/load/workloads/zipf-ranks.js';
import {seededRandom} from '../../../../src/stats/random.js';

const {signal} = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-workloads-'));
});
afterAll(() => rm(folder, {recursive: true}));

async function texts(workload: string, count: number, {seed = 1, index = 0, of = 1, most = 8} = {}): Promise<string[]> {
  const opened = await openWorkload(parseWorkload(workload), signal);
  const words = {least: 2, most};
  const draw = drawTexts(opened, {random: seededRandom(seed + index), seed, words, share: {index, of}});
  return Array.from({length: count}, draw);
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('a file that is no list of texts', () => {
  it('is refused with the column, counted in characters', async () => {
    const path = join(folder, 'latin');
    await writeFile(path, Buffer.concat([Buffer.from('fine\n漢ü'), Buffer.from('é', 'latin1')]));
    await expect(texts(`texts:${path}`, 1)).rejects.toThrowError(/latin:2:3: is not UTF-8 text \(byte 0xe9\)/);
    await writeFile(path, Buffer.from('\uFEFFone\n', 'utf16le'));
    await expect(texts(`texts:${path}`, 1)).rejects.toMatchObject({
      cures: [expect.stringContaining('UTF-16'), expect.any(String)],
    });
  });

  it('a mark at the beginning of a later line belongs to its text', async () => {
    const path = await file('marks', '\uFEFFone\n\uFEFFtwo');
    expect(await texts(`texts:${path}`, 2)).toEqual(['one', '\uFEFFtwo']);
  });

  const refusal = (message: RegExp, code = 'USAGE') =>
    expect.objectContaining({code, message: expect.stringMatching(message)});

  it('but binary is refused with the line', async () => {
    const path = join(folder, 'binary');
    await writeFile(path, Buffer.from([...Buffer.from('fine\n'), 0xff, 0xfe, 0x80]));
    await expect(texts(`texts:${path}`, 1)).rejects.toThrowError(refusal(/binary:2:1: is not UTF-8 text/));
  });

  it('but one endless line is refused before all of it is read', async () => {
    const path = await file('endless', 'a'.repeat(3_000_000));
    await expect(texts(`texts:${path}`, 1)).rejects.toThrowError(
      refusal(/endless:1: the line is longer than 1,000,000/),
    );
    const shorter = await file('overlong', `${'a'.repeat(1_000_001)}\nb`);
    await expect(texts(`texts:${shorter}`, 1)).rejects.toThrowError(refusal(/overlong:1: the line is longer than/));
    await expect(texts('texts:/dev/zero', 1)).rejects.toThrowError(
      refusal(/zero is .*, not a regular file/, 'NOT_A_FILE'),
    );
  });

  it('its byte order mark and its carriage returns are no part of a text', async () => {
    const path = await file('windows', '\uFEFFone\r\n\r\ntwo');
    expect(await texts(`texts:${path}`, 2)).toEqual(['one', 'two']);
  });
});

describe('workloads', () => {
  it.each(['uniform:50', 'zipf:1.1:1000', 'hot:5:0.8:100', 'unique'])(
    '%s: the same again for the same seed',
    async (name) => {
      expect(await texts(name, 200)).toEqual(await texts(name, 200));
      expect(await texts(name, 200)).not.toEqual(await texts(name, 200, {seed: 2}));
    },
  );

  it.each([
    [0.8, 100],
    [1, 1_000],
    [1.3, 50],
    [3, 20],
  ])('zipf:%f:%i has the frequencies of theory', (s, keys) => {
    const draws = 1_000_000;
    const rank = zipfRanks(s, keys, seededRandom(11));
    const seen = new Float64Array(keys + 1);
    for (let draw = 0; draw < draws; draw += 1) {
      const at = rank();
      seen[at] = (seen[at] ?? 0) + 1;
    }
    let whole = 0;
    for (let r = 1; r <= keys; r += 1) whole += r ** -s;
    for (const r of [1, 2, 3, 10, keys]) {
      const expected = (draws * r ** -s) / whole;
      // Five standard deviations.
      expect(Math.abs((seen[r] ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
    expect(seen[0]).toBe(0);
  });

  it('uniform:20 asks for all of twenty texts about as often', async () => {
    const counts = new Map<string, number>();
    for (const text of await texts('uniform:20', 20_000)) counts.set(text, (counts.get(text) ?? 0) + 1);
    expect(counts.size).toBe(20);
    expect(Math.min(...counts.values())).toBeGreaterThan(800);
    expect(Math.max(...counts.values())).toBeLessThan(1_200);
  });

  it('hot:10:0.9:1000 gives nine tenths of the requests to ten texts', async () => {
    const hot = new Set(Array.from({length: 10}, (_, key) => textOfKey(key, {least: 2, most: 8})));
    const seen = await texts('hot:10:0.9:1000', 10_000);
    const share = seen.filter((text) => hot.has(text)).length / seen.length;
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThan(0.92);
  });

  it('unique never repeats a text, in no worker', async () => {
    const all = (await Promise.all([0, 1, 2].map((index) => texts('unique', 2_000, {index, of: 3})))).flat();
    expect(new Set(all).size).toBe(6_000);
  });

  it('texts have the length asked for', async () => {
    const lengths = (await texts('uniform:500', 2_000, {most: 5})).map((text) => text.split(' ').length);
    expect(new Set(lengths)).toEqual(new Set([2, 3, 4, 5]));
  });

  it('texts:FILE gives the lines of a file, to each worker its own', async () => {
    const path = await file('texts.txt', 'eins\nzwei\r\n\ndrei ü 漢\n');
    expect(await texts(`texts:${path}`, 4)).toEqual(['eins', 'zwei', 'drei ü 漢', 'eins']);
    expect(await texts(`texts:${path}`, 2, {index: 1, of: 2})).toEqual(['zwei', 'eins']);
  });

  it('trace:FILE has the times and sizes of a recorded load', async () => {
    const path = await file(
      'trace.csv',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,5,1\n2023-11-16 18:17:04.0319600,3,8\n',
    );
    const {file: read} = await openWorkload(parseWorkload(`trace:${path}`), signal);
    expect(read.trace?.timesMs[1]).toBeCloseTo(52, 3);
    expect((await texts(`trace:${path}`, 3)).map((text) => text.split(' ').length)).toEqual([5, 3, 5]);
  });

  it('what is read once is read for every run of a command', async () => {
    const path = await file('once.txt', 'one\n');
    const choice = parseWorkload(`texts:${path}`);
    const first = await openWorkload(choice, signal);
    await rm(path);
    expect((await openWorkload(choice, signal)).file).toBe(first.file);
  });

  it.each(['nope', 'zipf:x', 'uniform:0', 'uniform:1.5', 'hot:1:2:3', 'unique:1', 'texts', 'texts:'])(
    '%j is refused',
    (text) => {
      expect(() => parseWorkload(text)).toThrowError(expect.objectContaining({code: 'USAGE'}));
    },
  );

  it('a file that is not there is refused by its name', async () => {
    const path = join(folder, 'none.txt');
    await expect(openWorkload(parseWorkload(`texts:${path}`), signal)).rejects.toThrowError(
      expect.objectContaining({code: 'NOT_FOUND', message: `${path} does not exist (ENOENT)`}),
    );
  });
});

describe('bodies', () => {
  const shape = {words: {least: 1, most: 1}, batch: {least: 2, most: 2}, dimensions: [128, 256]};

  it('hold what the template asks for, escaped as JSON wants it', () => {
    const make = bodyMaker({...shape, template: '{"a":{{texts}},"b":{{text}},"c":{{dimension}}}'}, () => 'x "y"\n', 5);
    const body = JSON.parse(make()) as {a: string[]; b: string; c: number};
    expect(body.a).toEqual(['x "y"\n', 'x "y"\n']);
    expect(body.b).toBe('x "y"\n');
    expect([128, 256]).toContain(body.c);
  });

  it('have as many texts as the batch says', () => {
    const make = bodyMaker({...shape, batch: {least: 1, most: 4}, template: '{{texts}}'}, () => 'x', 5);
    const sizes = Array.from({length: 200}, () => (JSON.parse(make()) as string[]).length);
    expect(new Set(sizes)).toEqual(new Set([1, 2, 3, 4]));
  });
});
