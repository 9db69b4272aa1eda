import {resolve} from 'node:path';
import {Flags} from '@oclif/core';
import {defaults, editions as editionSettings} from '../../topology/editions.js';
import {editions, runtimes, shapes, timings} from '../../topology/plan-schema.js';
import type {Layer} from '../../topology/settings/environment.js';
import type {Settings} from '../../topology/settings/settings.js';
import {timingProfiles} from '../../topology/timing.js';

const {simple, community} = editionSettings;
const seedSeconds = timingProfiles.seed.interMs / 1_000;
const onOff = (on: boolean) => (on ? 'on' : 'off');

/** Flags that describe a stack, shared by deploy, diff and generate. They override variables and sutra.yaml. */
export const topologyFlags = {
  edition: Flags.option({
    options: editions,
    description: `simple: one API, one model; community: replicas behind HAProxy; enterprise: replicas with API and model in one (default ${defaults.edition})`,
  })(),
  runtime: Flags.option({
    options: ['auto', ...runtimes] as const,
    description: `run services as processes or with Docker Compose; auto: Compose if an engine answers (default ${defaults.runtime})`,
  })(),
  model: Flags.string({description: `model id, short name or folder (default ${defaults.model})`, helpValue: 'ID'}),
  dimension: Flags.integer({
    description: 'embedding dimension of requests that name none; the native one of the model unless set',
    min: 1,
  }),
  replicas: Flags.integer({
    description: `model replicas, or embedders in enterprise (default ${community.replicas}; simple: ${simple.replicas})`,
    min: 1,
    max: 32,
  }),
  cache: Flags.boolean({
    description: `cache computed vectors (default ${onOff(defaults.cache.enabled)})`,
    allowNo: true,
  }),
  topology: Flags.option({
    options: shapes,
    description: 'override the topology of the edition; direct: one embedder on the API port, no second hop',
  })(),
  timing: Flags.option({
    options: timings,
    description: `health-check profile; seed: every ${seedSeconds} s, as in the design documents (default ${defaults.timing})`,
  })(),
  project: Flags.string({description: `name of the stack (default ${defaults.project})`, helpValue: 'NAME'}),
  'port-offset': Flags.integer({
    description: `number to add to every port (default ${defaults.portOffset})`,
    min: 0,
    max: 50_000,
  }),
  expose: Flags.boolean({
    description: `open the API port, and no other, to other machines (default ${onOff(defaults.expose)})`,
    allowNo: true,
  }),
  tls: Flags.boolean({
    description: `serve HTTPS with a generated, self-signed certificate (default ${defaults.tls})`,
    allowNo: true,
  }),
  'tls-cert': Flags.string({
    description: 'serve HTTPS with the certificate chain and key in this PEM file',
    helpValue: 'FILE',
    exclusive: ['tls'],
  }),
  'rate-limit': Flags.integer({
    description: `requests per minute of each API key or address; 0: unlimited (default ${defaults.rateLimit})`,
    min: 0,
  }),
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
