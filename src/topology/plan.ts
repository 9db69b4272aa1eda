import {limits} from '@sutra/contract/limits';
import type {ModelEntry} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import type {FrontDoor, LoadBalancer, Plan, Service, Upstream} from './plan-schema.js';
import {claimPorts} from './port-table.js';
import type {Topology} from './resolve.js';
import {drainMs, timingProfiles} from './timing.js';

export interface PlanContext {
  /** The one in VERSION. */
  version: string;
  model: ModelEntry;
  /** Cores of the machine the models share. */
  cores: number;
}

/** Takes every decision that is left: which services, how many, on which ports, with how many threads. */
export function planStack(topology: Topology, context: PlanContext): Plan {
  const {shape, edition, settings} = topology;
  const dimension = chooseDimension(topology, context.model);
  const {services, frontDoors} = layouts[shape]({topology, context, dimension});
  const loadBalancer = frontDoors.length === 0 ? null : balance(topology, frontDoors);
  const port = (base: number) => base + settings.portOffset;
  const local = (base: number) => `http://127.0.0.1:${port(base)}`;
  return {
    schemaVersion: 1,
    version: context.version,
    project: settings.project,
    edition,
    shape,
    // `auto` is decided here; processes are what this version runs.
    runtime: 'process',
    model: context.model,
    modelSource: settings.model,
    dimension,
    cache: settings.cache,
    services,
    loadBalancer,
    ports: claimPorts(services, loadBalancer),
    urls: {
      api: local(settings.ports.api),
      loadBalancer: frontDoors.some((door) => door.name === 'ml-base-lb') ? local(settings.ports.models) : null,
      stats: loadBalancer === null ? null : `${local(settings.ports.stats)}/stats`,
    },
  };
}

function chooseDimension({settings, origins}: Topology, model: ModelEntry): number {
  const {dimension} = settings;
  if (dimension === undefined) return model.nativeDimension;
  if (model.dimensions.includes(dimension)) return dimension;
  const origin = origins.dimension ?? 'dimension';
  throw new SutraError('USAGE', `${origin}: ${model.id} does not offer dimension ${dimension}`, {
    cure: `choose one of ${model.dimensions.join(', ')}`,
  });
}

interface LayoutInput {
  topology: Topology;
  context: PlanContext;
  dimension: number;
}
interface Layout {
  services: Service[];
  frontDoors: FrontDoor[];
}

/** One shape, one layout. */
const layouts: Record<Topology['shape'], (input: LayoutInput) => Layout> = {
  simple: (input) => {
    const {ports, modelsUrl} = input.topology.settings;
    const models =
      modelsUrl === undefined ? [modelService(input, {names: ['ml-base-1'], firstPort: ports.models})] : [];
    const edge = edgeService(input, {
      names: ['embedding-service-1'],
      firstPort: ports.api,
      upstream: {service: 'ml-base'},
    });
    return {services: [...models, edge], frontDoors: []};
  },
  community: (input) => {
    const {ports, replicas, edgeReplicas, modelsUrl, portOffset} = input.topology.settings;
    const external = modelsUrl !== undefined;
    const models = modelService(input, {names: numbered('ml-base', replicas), firstPort: ports.replicas});
    const edge = edgeService(input, {
      names: numbered('embedding-service', edgeReplicas),
      firstPort: ports.edges,
      upstream: {frontDoor: 'ml-base-lb'},
    });
    const modelDoor = {name: 'ml-base-lb', port: ports.models + portOffset, service: 'ml-base'};
    const apiDoor = {name: 'embedding-lb', port: ports.api + portOffset, service: 'embedding-service'};
    return external
      ? {services: [edge], frontDoors: [apiDoor]}
      : {services: [models, edge], frontDoors: [modelDoor, apiDoor]};
  },
  enterprise: (input) => {
    const {ports, replicas, portOffset} = input.topology.settings;
    const embedders = embedderService(input, {names: numbered('embedder', replicas), firstPort: ports.replicas});
    return {
      services: [embedders],
      frontDoors: [{name: 'embedder-ha', port: ports.api + portOffset, service: 'embedder'}],
    };
  },
  direct: (input) => ({
    services: [embedderService(input, {names: ['embedder-1'], firstPort: input.topology.settings.ports.api})],
    frontDoors: [],
  }),
};

type Unnamed = Omit<Service, 'name' | 'role' | 'containerPort'>;

interface Placement {
  names: [string, ...string[]];
  /** Before the offset. */
  firstPort: number;
}

function modelService(input: LayoutInput, placement: Placement): Service {
  return {...inferenceService(input, placement), name: 'ml-base', role: 'model', containerPort: 8887};
}

function embedderService(input: LayoutInput, placement: Placement): Service {
  const service = inferenceService(input, placement);
  return {...service, name: 'embedder', role: 'direct', containerPort: 8888, env: {...service.env, ...cacheEnv(input)}};
}

function edgeService(input: LayoutInput, placement: Placement & {upstream: Upstream}): Service {
  const {modelsUrl} = input.topology.settings;
  const service = commonService(input, placement);
  return {
    ...service,
    name: 'embedding-service',
    role: 'cached',
    containerPort: 8888,
    upstream: modelsUrl === undefined ? placement.upstream : {url: modelsUrl},
    // Its own work is small; what takes time is the models' answer, so it waits a little longer than they may take.
    slowestAnswerMs: service.slowestAnswerMs + 5_000,
    env: {...service.env, ...cacheEnv(input), SUTRA_UPSTREAM_TIMEOUT_MS: String(service.slowestAnswerMs + 2_000)},
  };
}

function inferenceService(input: LayoutInput, placement: Placement): Unnamed {
  const service = commonService(input, placement);
  const {workers, threadsPerWorker} = shareCores(input.context.cores, placement.names.length);
  return {
    ...service,
    workers,
    threadsPerWorker,
    env: {
      ...service.env,
      SUTRA_MAX_TOKENS: String(Math.min(input.context.model.windowTokens, input.topology.settings.maxTokens)),
      SUTRA_WORKERS: String(workers),
      SUTRA_THREADS: String(threadsPerWorker),
    },
  };
}

function commonService({topology, context, dimension}: LayoutInput, {names, firstPort}: Placement): Unnamed {
  return {
    replicas: names,
    protocol: 'http',
    probe: {livePath: '/health', readyPath: '/ready'},
    idempotent: true,
    streaming: false,
    maxRequestBytes: limits.bodyBytes,
    slowestAnswerMs: slowestAnswerMs(context.model),
    firstHostPort: firstPort + topology.settings.portOffset,
    upstream: null,
    workers: 0,
    threadsPerWorker: 0,
    env: {
      SUTRA_PROJECT: topology.settings.project,
      SUTRA_EDITION: topology.edition,
      SUTRA_VERSION: context.version,
      MODEL_NAME: context.model.id,
      MATRYOSHKA_DIM: String(dimension),
      // Without a load balancer nobody is there to see the drain.
      SUTRA_DRAIN_MS: balanced(topology) ? String(drainMs(timingProfiles[topology.settings.timing])) : '0',
    },
  };
}

function cacheEnv({topology}: LayoutInput): Record<string, string> {
  const {enabled, ttlSeconds, l1Entries} = topology.settings.cache;
  return {
    SUTRA_CACHE_ENABLED: String(enabled),
    SUTRA_CACHE_TTL: String(ttlSeconds),
    SUTRA_L1_ENTRIES: String(l1Entries),
  };
}

/**
 * Uncapped, three replicas on one machine fight for its cores (3 x 3.5 texts a second where one alone does 12), so each
 * gets its share. Sessions of one thread beat one session of several; past four, the copies of the weights cost more.
 */
function shareCores(cores: number, replicas: number): {workers: number; threadsPerWorker: number} {
  const share = Math.max(1, Math.floor(cores / replicas));
  const workers = Math.min(share, 4);
  return {workers, threadsPerWorker: Math.max(1, Math.floor(share / workers))};
}

/**
 * Time for the largest legal request: a body full of one-letter words is half as many tokens as bytes, at the model's
 * slowest rate on one core, doubled because replicas share cores.
 */
function slowestAnswerMs(model: ModelEntry): number {
  const mostTokens = limits.bodyBytes / 2;
  const seconds = (2 * mostTokens) / model.tokensPerCoreSecond;
  return Math.max(30_000, Math.ceil(seconds) * 1_000);
}

function balance({edition, settings}: Topology, frontDoors: FrontDoor[]): LoadBalancer {
  const name = edition === 'enterprise' ? 'embedder-ha' : 'ml-base-lb';
  return {name, frontDoors, statsPort: settings.ports.stats + settings.portOffset, timing: settings.timing};
}

function balanced({shape}: Topology): boolean {
  return shape === 'community' || shape === 'enterprise';
}

function numbered(name: string, count: number): [string, ...string[]] {
  return [`${name}-1`, ...Array.from({length: count - 1}, (_, index) => `${name}-${index + 2}`)];
}
