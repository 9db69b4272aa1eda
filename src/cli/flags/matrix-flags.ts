import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {reportFlags} from './bench-flags.js';
import {loadFlags} from './load-flags.js';
import {quickFlag} from './repeats.js';
import {topologyFlags} from './topology-flags.js';

/** How the options of a matrix are loaded and deployed, and where the result goes. */
export const matrixFlags = {
  repeats: Flags.integer({aliases: ['repeat'], description: `runs of each option (${fewestRepeats})`, min: 1}),
  quick: quickFlag,
  rate: Flags.string({
    description: 'requests a second; without it a closed loop',
    helpValue: 'N',
    exclusive: ['closed'],
  }),
  closed: Flags.boolean({description: 'send when answered (the default)'}),
  duration: Flags.string({description: 'measured time of each run', default: '10s', helpValue: 'TIME'}),
  workload: Flags.string({description: 'the texts, as in sutra bench', default: 'zipf:1.1:1000'}),
  words: loadFlags.words,
  connections: Flags.integer({description: 'at most so many requests on their way (4)', min: 1, max: 20_000}),
  workers: loadFlags.workers,
  warmup: loadFlags.warmup,
  timeout: loadFlags.timeout,
  arrivals: loadFlags.arrivals,
  seed: loadFlags.seed,
  edition: topologyFlags.edition,
  runtime: topologyFlags.runtime,
  model: topologyFlags.model,
  dimension: topologyFlags.dimension,
  replicas: topologyFlags.replicas,
  cache: topologyFlags.cache,
  'port-offset': topologyFlags['port-offset'],
  ...reportFlags,
};
