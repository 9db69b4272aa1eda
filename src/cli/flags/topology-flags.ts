import {resolve} from 'node:path';
import {Flags} from '@oclif/core';
import {editions, runtimes, shapes, timings} from '../../topology/plan-schema.js';
import type {Layer} from '../../topology/settings/environment.js';
import type {Settings} from '../../topology/settings/settings.js';

/** The flags that shape a stack: the same for deploy, diff, generate. They win over variables and sutra.yaml. */
export const topologyFlags = {
  edition: Flags.option({options: editions, description: 'simple (default), community or enterprise'})(),
  runtime: Flags.option({options: ['auto', ...runtimes] as const, description: 'where the services run'})(),
  model: Flags.string({description: 'model id, short name, or a folder', helpValue: 'ID'}),
  dimension: Flags.integer({description: 'width of an answer whose request names none', min: 1}),
  replicas: Flags.integer({description: 'model replicas, or embedders in enterprise', min: 1, max: 32}),
  cache: Flags.boolean({description: 'keep computed vectors', allowNo: true}),
  topology: Flags.option({
    options: shapes,
    description: 'shape other than the edition’s: direct is one embedder, no hop',
  })(),
  timing: Flags.option({options: timings, description: 'health checks: fast (default), or seed as documented'})(),
  project: Flags.string({description: 'name of the stack', helpValue: 'NAME'}),
  'port-offset': Flags.integer({description: 'added to every port', min: 0, max: 50_000}),
  expose: Flags.boolean({description: 'the API, and nothing else, listens beyond loopback', allowNo: true}),
  tls: Flags.boolean({description: 'HTTPS with a certificate made here', allowNo: true}),
  'tls-cert': Flags.string({
    description: 'HTTPS with the certificate chain and key in this PEM file',
    helpValue: 'FILE',
    exclusive: ['tls'],
  }),
  'rate-limit': Flags.integer({description: 'requests a minute of one API key or address; 0: no limit', min: 0}),
};

export interface TopologyFlags {
  edition?: Settings['edition'] | undefined;
  runtime?: Settings['runtime'] | undefined;
  model?: string | undefined;
  dimension?: number | undefined;
  replicas?: number | undefined;
  cache?: boolean | undefined;
  topology?: Settings['topology'] | undefined;
  timing?: Settings['timing'] | undefined;
  project?: string | undefined;
  'port-offset'?: number | undefined;
  expose?: boolean | undefined;
  tls?: boolean | undefined;
  'tls-cert'?: string | undefined;
  'rate-limit'?: number | undefined;
}

/** One layer a flag, so that a message can name the flag. */
export function flagLayers(flags: TopologyFlags): Layer[] {
  const {
    cache,
    'port-offset': portOffset,
    edition,
    runtime,
    model,
    dimension,
    replicas,
    topology,
    timing,
    project,
  } = flags;
  const settings = {edition, runtime, model, dimension, replicas, topology, timing, project};
  const layers: Layer[] = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({origin: `--${name}`, settings: {[name]: value}}));
  if (portOffset !== undefined) layers.push({origin: '--port-offset', settings: {portOffset}});
  if (cache !== undefined) layers.push({origin: cache ? '--cache' : '--no-cache', settings: {cache: {enabled: cache}}});
  return [...layers, ...securityLayers(flags)];
}

function securityLayers({expose, tls, 'tls-cert': certificate, 'rate-limit': rateLimit}: TopologyFlags): Layer[] {
  const layers: Layer[] = [];
  if (expose !== undefined) layers.push({origin: expose ? '--expose' : '--no-expose', settings: {expose}});
  if (tls !== undefined) layers.push({origin: tls ? '--tls' : '--no-tls', settings: {tls: tls ? 'generated' : 'off'}});
  // A path of the command line is meant from where the command was typed, one in sutra.yaml from that file's folder.
  if (certificate !== undefined) layers.push({origin: '--tls-cert', settings: {tls: resolve(certificate)}});
  if (rateLimit !== undefined) layers.push({origin: '--rate-limit', settings: {rateLimit}});
  return layers;
}
