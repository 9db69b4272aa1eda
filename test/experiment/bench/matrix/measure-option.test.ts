import {expect, it} from 'vitest';
import type {BenchOption, OptionSet} from '../../../../src/experiment/bench/matrix/bench-option.js';
import {measureOption, nothingSeen, seenBeside} from '../../../../src/experiment/bench/matrix/measure-option.js';
import {parseLoad} from '../../../../src/experiment/load/request/parse-load.js';
import {nodeSystem} from '../../../../src/system/node-system.js';
import {embedServer, numbersOf} from '../../../support/embed-server.js';
import {planOf} from '../../../support/plans.js';

const load = parseLoad({
  ...{arrivals: 'uniform', closed: true, connections: 2, workers: 1, warmup: '0s', timeout: '5s', duration: '200ms'},
  ...{workload: 'unique', words: '4', batch: '1', seed: 7},
});

it('what is measured beside the load is measured once an option, when no load runs', async () => {
  await using server = await embedServer(numbersOf);
  const system = nodeSystem(AbortSignal.timeout(25_000));
  const plan = planOf({cache: {enabled: false}});
  const stack = {plan: {...plan, urls: {...plan.urls, api: server.url}}, system, usage: () => Promise.resolve([])};
  const requestsMeanwhile: number[] = [];
  const option: BenchOption = {id: 'a', title: 'a', settings: {}};
  const set: OptionSet = {
    ...{title: 't', options: [option, {id: 'b', title: 'b', settings: {}}], criteria: [], claims: []},
    alsoMeasured: {
      title: 'the meaning',
      async measure() {
        const before = server.asked.length;
        expect(before).toBeGreaterThan(0);
        await system.clock.sleep(100, system.signal);
        requestsMeanwhile.push(server.asked.length - before);
        return {meaning: {kind: 'exact', value: 0.9}};
      },
    },
  };
  const seen = nothingSeen();
  const notes: string[] = [];
  const bring = () => Promise.resolve();
  const measuring = {
    set,
    load,
    seen,
    stack,
    bring,
    onSecond: () => undefined,
    note: (text: string) => notes.push(text),
  };
  for (let round = 0; round < 2; round += 1) await measureOption(option, measuring);
  expect(requestsMeanwhile).toEqual([0]);
  expect(notes.filter((note) => note === 'the meaning')).toHaveLength(1);
  expect(seenBeside(set, seen)).toMatchObject({
    a: {
      meaning: {kind: 'exact', value: 0.9},
      miss: {kind: 'repeats', values: [expect.any(Number), expect.any(Number)]},
    },
    b: {miss: {kind: 'missing', reason: 'not measured'}},
  });
});
