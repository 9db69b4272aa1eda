import {Flags} from '@oclif/core';
import {grouped} from './grouped.js';

const repeatable = {multiple: true, multipleNonGreedy: true} as const;

/** Help heading of the flags that pace requests. */
export const paceGroup = 'PACE';
/** Help heading of the flags for results. */
export const resultGroup = 'RESULT';

/** Returns `--connections`. Its default depends on the kind of load. */
export function connectionsFlag(defaultText: string | number) {
  return Flags.integer({
    description: `maximum requests in flight (default ${defaultText})`,
    min: 1,
    max: 20_000,
    helpGroup: paceGroup,
  });
}

/** Returns `--threshold`. `defaultText` says what applies without it, if anything. */
export function thresholdFlag(defaultText = '') {
  return Flags.string({
    description: `condition that must hold, such as 'p99<50ms'; can be repeated${defaultText}`,
    helpValue: 'LIMIT',
    helpGroup: resultGroup,
    ...repeatable,
  });
}

/** Flags of every command that generates load. `parseLoad` parses their values. */
export const loadFlags = {
  url: Flags.string({description: 'target URL; the stack deployed in the folder unless set', helpValue: 'URL'}),
  ...grouped(paceGroup, {
    workers: Flags.integer({description: 'threads that send requests', min: 1, max: 64, default: 1}),
    warmup: Flags.string({description: 'warm-up before the measured time', default: '2s', helpValue: 'TIME'}),
    timeout: Flags.string({description: 'time limit of each request', default: '30s', helpValue: 'TIME'}),
    arrivals: Flags.option({
      options: ['uniform', 'poisson'] as const,
      description: 'distribution of the gaps between requests',
      default: 'uniform',
    })(),
  }),
  ...grouped('REQUEST', {
    workload: Flags.string({
      description: 'texts to send: uniform:KEYS, zipf:S:KEYS, hot:HOT:SHARE:KEYS, unique, texts:FILE or trace:FILE',
      default: 'uniform:1000',
    }),
    words: Flags.string({description: 'words per generated text: a number, or a range such as 8-256', default: '8-16'}),
    batch: Flags.string({description: 'texts per request: a number, or a range such as 1-32', default: '1'}),
    dimension: Flags.string({description: 'embedding dimension to request, or several: 128,256', helpValue: 'N'}),
    seed: Flags.integer({
      description: 'random seed, which makes the load reproducible; random unless set',
      min: 0,
      max: 2_147_483_647,
    }),
    method: Flags.string({description: 'HTTP method; POST unless set, GET with an empty --body', helpValue: 'METHOD'}),
    header: Flags.string({
      description: 'request header "NAME: VALUE"; can be repeated',
      helpValue: 'LINE',
      ...repeatable,
    }),
    body: Flags.string({
      description: 'JSON template with {{texts}}, {{text}} or {{dimension}}; empty: no body',
      helpValue: 'JSON',
    }),
  }),
  threshold: thresholdFlag(),
};
