import {Flags} from '@oclif/core';
import {fewestRepeats} from '../../decision/decide.js';
import {reportFlags} from './bench-flags.js';
import {connectionsFlag, loadFlags} from './load-flags.js';
import {quickFlag} from './repeats.js';
import {topologyFlags} from './topology-flags.js';

/** With more connections, a closed loop mostly shows how long the queue is. */
export const matrixConnections = 4;

/** Flags to load and deploy the options of a matrix, and to write its result. */
export const matrixFlags = {
  repeats: Flags.integer({aliases: ['repeat'], description: `runs of each option (default ${fewestRepeats})`, min: 1}),
  quick: quickFlag,
  rate: Flags.string({
    description: 'requests per second, independent of responses (open loop)',
    helpValue: 'N',
    exclusive: ['closed'],
  }),
  closed: Flags.boolean({description: 'closed loop: each connection sends when answered; used unless --rate is set'}),
  duration: Flags.string({description: 'measured time of each run', default: '10s', helpValue: 'TIME'}),
  workload: Flags.string({description: 'texts to send, as in sutra bench', default: 'zipf:1.1:1000'}),
  words: loadFlags.words,
  connections: connectionsFlag(matrixConnections),
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
