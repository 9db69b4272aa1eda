import type {Gate} from './criterion.js';
import {decide} from './decide.js';
import type {Matrix} from './matrix-schema.js';
import type {OptionEvidence} from './option-evidence.js';

/** What the seed documents ask of a scaled stack (seed 003): a limit a line, judged from evidence. */
export const successCriteria = {
  p12: [
    gate('rate', 'sustained rate', 'texts/s', '>', 1),
    gate('hit-rate', 'cache hit rate', '%', '>', 60),
    gate('p95', 'p95', 'ms', '<', 1_000),
    gate('succeeded', 'requests that succeed', '%', '>', 99),
    gate('monthly-cost', 'cost', '$/month', '<', 500),
    gate('weeks', 'time to build', 'weeks', '<', 1),
  ],
  p34: [
    gate('rate', 'sustained rate', 'texts/s', '>', 5),
    gate('hit-rate', 'cache hit rate', '%', '>', 80),
    gate('p95', 'p95', 'ms', '<', 200),
    gate('succeeded', 'requests that succeed', '%', '>', 99.9),
    gate('monthly-cost', 'cost', '$/month', '<', 2_000),
    gate('gpu-busy', 'GPU use', '%', '>=', 60),
    gate('gpu-idle', 'GPU to spare', '%', '>=', 20),
  ],
  'latency-p2': latencies({hit: 5, miss: 800, p50: 400, p95: 900, p99: 1_200, hitRate: 70}),
  'latency-p4': latencies({hit: 2, miss: 50, p50: 10, p95: 80, p99: 150, hitRate: 85}),
} as const satisfies Record<string, Gate[]>;

export type SuccessSet = keyof typeof successCriteria;
export const successSets = Object.keys(successCriteria) as SuccessSet[];

/** One stack against one set. What its evidence does not hold is unknown, never a pass. */
export function judgeSuccess(set: SuccessSet, stack: OptionEvidence): Matrix {
  const title = `success criteria ${set}`;
  return decide({title, purpose: 'guard', criteria: successCriteria[set], options: [stack], baseline: null});
}

function latencies({hitRate, ...limits}: Record<'hit' | 'miss' | 'p50' | 'p95' | 'p99' | 'hitRate', number>): Gate[] {
  const titles = {hit: 'a hit', miss: 'a miss', p50: 'p50', p95: 'p95', p99: 'p99'};
  const rows = Object.entries(titles) as [keyof typeof titles, string][];
  return [
    ...rows.map(([id, title]) => gate(id, title, 'ms', '<=', limits[id])),
    gate('hit-rate', 'cache hit rate', '%', '>=', hitRate),
  ];
}

function gate(id: string, title: string, unit: string, compare: '<' | '<=' | '>' | '>=', limit: number): Gate {
  return {kind: 'gate', id, title, unit, target: {compare, limit}, of: id === 'succeeded' ? 'every' : 'median'};
}
