import type {OptionSet} from './bench-option.js';
import {batch} from './options/batch.js';
import {cache} from './options/cache.js';
import {clients} from './options/clients.js';
import {dimensions} from './options/dimensions.js';
import {phases} from './options/phases.js';
import {replicas} from './options/replicas.js';
import {threads} from './options/threads.js';
import {topology} from './options/topology.js';

/** What `bench matrix --options` can compare. */
export const optionSets = {
  phases,
  dimensions,
  replicas,
  threads,
  cache,
  batch,
  topology,
  clients,
} satisfies Record<string, OptionSet>;

export type OptionSetName = keyof typeof optionSets;
export const optionSetNames = Object.keys(optionSets) as OptionSetName[];
