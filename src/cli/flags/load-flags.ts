import {Flags} from '@oclif/core';
import {grouped} from './grouped.js';

const repeatable = {multiple: true, multipleNonGreedy: true} as const;

/** Flags of how requests are sent: their group in the help. */
export const paceGroup = 'PACE';
/** Flags of what becomes of the figures. */
export const resultGroup = 'RESULT';

/** What a load is made of: the same for every command that makes one. Values are parsed by the load itself. */
export const loadFlags = {
  url: Flags.string({description: 'what to load; default: the stack deployed in the folder', helpValue: 'URL'}),
  ...grouped(paceGroup, {
    connections: Flags.integer({
      description: 'at most so many requests on their way (128; closed: 32)',
      min: 1,
      max: 20_000,
    }),
    workers: Flags.integer({description: 'threads that send', min: 1, max: 64, default: 1}),
    warmup: Flags.string({description: 'sent and not measured, before', default: '2s', helpValue: 'TIME'}),
    timeout: Flags.string({description: 'longest wait for one answer', default: '30s', helpValue: 'TIME'}),
    arrivals: Flags.option({
      options: ['uniform', 'poisson'] as const,
      description: 'gaps between requests',
      default: 'uniform',
    })(),
  }),
  ...grouped('REQUEST', {
    workload: Flags.string({
      description: 'uniform:KEYS, zipf:S:KEYS, hot:HOT:SHARE:KEYS, unique, texts:FILE or trace:FILE',
      default: 'uniform:1000',
    }),
    words: Flags.string({description: 'length of made-up texts: 8, or 8-256', default: '8-16'}),
    batch: Flags.string({description: 'texts a request: 1, or 1-32', default: '1'}),
    dimension: Flags.string({description: 'width asked for, or several: 128,256', helpValue: 'N'}),
    seed: Flags.integer({
      description: 'makes the same load again; by chance where none is given',
      min: 0,
      max: 2_147_483_647,
    }),
    method: Flags.string({description: 'POST, or GET without a body', helpValue: 'METHOD'}),
    header: Flags.string({description: 'sent along; can be repeated', helpValue: 'LINE', ...repeatable}),
    body: Flags.string({
      description: 'JSON with {{texts}}, {{text}} or {{dimension}} in it; empty: none',
      helpValue: 'JSON',
    }),
  }),
  ...grouped(resultGroup, {
    threshold: Flags.string({
      description: "what must hold: 'p99<50ms'; can be repeated",
      helpValue: 'LIMIT',
      ...repeatable,
    }),
  }),
};
