import {expect, it} from 'vitest';
import type {RunResult} from '../../../../src/experiment/load/result/run-result.js';
import {soundRun} from '../../../../src/experiment/load/result/sound-run.js';
import {sampleRun} from '../../../support/sample-run.js';

const good = sampleRun({seed: 1, medianMs: 5, perSecond: 20, seconds: 1});
const late: RunResult = {...good, verdict: 'unknown', reason: 'the generator was late'};

/** Makes these runs in turn; what was made, and the reasons it was made again for. */
async function make(runs: RunResult[]) {
  const reasons: string[] = [];
  let made = 0;
  const next = () => Promise.resolve(runs[made++] ?? good);
  const last = await soundRun(next, {runOf: (run) => run, again: (reason) => void reasons.push(reason)});
  return {last, made, reasons};
}

it('a run whose generator was late is made again', async () => {
  expect(await make([late, good])).toEqual({last: good, made: 2, reasons: ['the generator was late']});
});

it('three times at most: then it is what it is', async () => {
  const {last, made} = await make([late, late, late, good]);
  expect({last, made}).toEqual({last: late, made: 3});
});

it('neither a sound one nor an interrupted one is made again', async () => {
  const interrupted = {...late, partial: true};
  expect(await make([good])).toEqual({last: good, made: 1, reasons: []});
  expect(await make([interrupted])).toEqual({last: interrupted, made: 1, reasons: []});
});
