import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {readTrace} from '../../../../src/experiment/load/workloads/read-trace.js';

const {signal} = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sutra-trace-'));
});
afterAll(() => rm(folder, {recursive: true}));

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

it('a trace may give times with an offset, quoted cells and columns in any order', async () => {
  const path = await file(
    'azure-2024.csv',
    [
      '\uFEFF"Note","ContextTokens",TIMESTAMP',
      '"a, ""b""\nc",5,2024-05-10 00:00:00.009930+00:00',
      ',"3","2024-05-10T02:00:00.019930+0200"',
      '',
      'x,4,2024-05-09 19:00:00.5-05',
    ].join('\r\n'),
  );
  const trace = await readTrace(path, signal);
  expect([...trace.words]).toEqual([5, 3, 4]);
  const times = [...trace.timesMs];
  expect(times).toHaveLength(3);
  for (const [at, ms] of [0, 10, 490.07].entries()) expect(times[at]).toBeCloseTo(ms, 2);
});

it('blanks around a cell do not count, and requests are put in the order of their times', async () => {
  const path = await file('odd.csv', ' Seconds , WORDS \n 2.5 , 3 \n\n 1 ,5\n2, 1000000 \n');
  const trace = await readTrace(path, signal);
  expect([...trace.timesMs]).toEqual([0, 1_000, 1_500]);
  expect([...trace.words]).toEqual([5, 1_000_000, 3]);
});

it.each([
  ['seconds,words\n0,5\n1.5,x\n', ':3: words: "x" is not a number of tokens'],
  ['seconds,words\n0,5\nsoon,5\n', ':3: seconds: "soon" is neither a time'],
  ['seconds,words\n0,5x\n', ':2: words: "5x" is not a number of tokens'],
  ['seconds,words\n0,1.5\n', ':2: words: "1.5" is not a number of tokens'],
  ['seconds,words\n0,1000001\n', ':2: words: must be 1 to 1,000,000 tokens'],
  ['seconds,words\n0,0\n', ':2: words: must be 1 to 1,000,000 tokens'],
  ['seconds,words\n0\n', ':2: words: "" is not a number'],
  ['when,words\n0,5\n', ':1: the header has no column for a time'],
  ['seconds,what\n0,5\n', ':1: the header has no column for a size'],
  ['seconds,words\n0,5\n"1,5\n', 'is not valid CSV'],
  ['seconds,words\n0,5\n"1","x"\n', ':3: words: "x" is not a number of tokens'],
  ['seconds,words\n2024-05-10 00:00:00 CEST,5\n', ':2: seconds: "2024-05-10 00:00:00 CEST" is neither'],
  ['seconds,words\n', 'contains no requests'],
  ['', 'contains no requests'],
])('a trace that is wrong is refused with its line: %j', async (text, message) => {
  const path = await file('bad.csv', text);
  await expect(readTrace(path, signal)).rejects.toThrowError(message);
});
