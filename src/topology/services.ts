import {limits} from '@sutra/contract/limits';
import type {ModelEntry} from '@sutra/contract/model-entry';
import {defaults} from './editions.js';
import type {CacheShard, RuntimeName, Service, Upstream} from './plan-schema.js';
import type {Topology} from './settings/resolve.js';
import {memoryMb, shareCores, slowestAnswerMs} from './sizing.js';
import {drainMs, timingProfiles} from './timing.js';
import {runtimeTraits} from './traits/runtime-traits.js';

export interface PlanContext {
  /** The one in VERSION. */
  version: string;
  model: ModelEntry;
  /** Where the services will run: `auto` is decided before. */
  runtime: RuntimeName;
  /** Cores of the machine the models share. */
  cores: number;
  /** Names the set of API keys; null: the API wants none. */
  apiKeys: string | null;
}

/** What every service is built from. */
export interface Building {
  topology: Topology;
  context: PlanContext;
  dimension: number;
}

export interface Placement {
  names: [string, ...string[]];
  /** Before the offset. */
  firstPort: number;
}

type Unnamed = Omit<Service, 'name' | 'role' | 'containerPort'>;

/** Inference alone. */
export function modelService(building: Building, placement: Placement): Service {
  return {...inferenceService(building, placement), name: 'ml-base', role: 'model', containerPort: 8887};
}

/** The API, the cache and the model in one. */
export function embedderService(building: Building, placement: Placement): Service {
  const service = inferenceService(building, placement);
  const env = {...service.env, ...cacheEnv(building), ...keyEnv(building)};
  return {...service, name: 'embedder', role: 'direct', containerPort: 8888, cacheShard: shardOf(building), env};
}

/** The API and the cache, before models. */
export function edgeService(building: Building, placement: Placement & {upstream: Upstream}): Service {
  const {modelsUrl} = building.topology.settings;
  const service = embeddingService(building, placement);
  return {
    ...service,
    name: 'embedding-service',
    role: 'cached',
    containerPort: 8888,
    upstream: modelsUrl === undefined ? placement.upstream : {url: modelsUrl},
    cacheShard: shardOf(building),
    // Its own work is small; what takes time is the models' answer, so it waits a little longer than they may take.
    slowestAnswerMs: service.slowestAnswerMs + 5_000,
    env: {
      ...service.env,
      ...cacheEnv(building),
      ...keyEnv(building),
      SUTRA_UPSTREAM_TIMEOUT_MS: String(service.slowestAnswerMs + 2_000),
    },
  };
}

const shardName = 'storage-cache-shard';

/** The second cache tier, unless the cache is off or the shard runs elsewhere. */
export function cacheService({topology, context}: Building): Service[] {
  const {cache, portOffset, project} = topology.settings;
  if (!cache.enabled || cache.host !== defaults.cache.host) return [];
  const hostPort = cache.port + portOffset;
  return [
    {
      name: shardName,
      role: 'cache',
      replicas: [shardName],
      protocol: 'tcp',
      // In a container the port of its health is the container's own.
      probe: {
        livePath: '/health',
        readyPath: '/ready',
        hostPort: runtimeTraits[context.runtime].isolates ? null : hostPort + 1,
      },
      idempotent: true,
      streaming: false,
      maxRequestBytes: 8 * 1024 * 1024,
      slowestAnswerMs: 5_000,
      firstHostPort: hostPort,
      containerPort: 50_052,
      upstream: null,
      cacheShard: null,
      workers: 0,
      threadsPerWorker: 0,
      memoryMb: memoryMb.cache,
      env: {
        SUTRA_PROJECT: project,
        SUTRA_VERSION: context.version,
        SUTRA_CACHE_CAPACITY: String(cache.capacity),
        SUTRA_CACHE_TTL: String(cache.ttlSeconds),
      },
    },
  ];
}

function shardOf({topology}: Building): CacheShard | null {
  const {enabled, host, port} = topology.settings.cache;
  if (!enabled) return null;
  return host === defaults.cache.host ? {service: shardName} : {host, port};
}

function inferenceService(building: Building, placement: Placement): Unnamed {
  const service = embeddingService(building, placement);
  const {workers, threadsPerWorker} = shareCores(building.context.cores, placement.names.length);
  return {
    ...service,
    workers,
    threadsPerWorker,
    memoryMb: memoryMb.inference,
    env: {
      ...service.env,
      SUTRA_MAX_TOKENS: String(Math.min(building.context.model.windowTokens, building.topology.settings.maxTokens)),
      SUTRA_WORKERS: String(workers),
      SUTRA_THREADS: String(threadsPerWorker),
    },
  };
}

function embeddingService({topology, context, dimension}: Building, {names, firstPort}: Placement): Unnamed {
  const balanced = topology.shape === 'community' || topology.shape === 'enterprise';
  return {
    replicas: names,
    protocol: 'http',
    probe: {livePath: '/health', readyPath: '/ready', hostPort: null},
    idempotent: true,
    streaming: false,
    maxRequestBytes: limits.bodyBytes,
    slowestAnswerMs: slowestAnswerMs(context.model),
    firstHostPort: firstPort + topology.settings.portOffset,
    upstream: null,
    cacheShard: null,
    workers: 0,
    threadsPerWorker: 0,
    memoryMb: memoryMb.edge,
    env: {
      SUTRA_PROJECT: topology.settings.project,
      SUTRA_EDITION: topology.edition,
      SUTRA_VERSION: context.version,
      MODEL_NAME: context.model.id,
      MATRYOSHKA_DIM: String(dimension),
      // Without a load balancer nobody is there to see the drain.
      SUTRA_DRAIN_MS: balanced ? String(drainMs(timingProfiles[topology.settings.timing])) : '0',
    },
  };
}

function cacheEnv({topology}: Building): Record<string, string> {
  const {enabled, ttlSeconds, l1Entries} = topology.settings.cache;
  return {
    SUTRA_CACHE_ENABLED: String(enabled),
    SUTRA_CACHE_TTL: String(ttlSeconds),
    SUTRA_L1_ENTRIES: String(l1Entries),
  };
}

/** Of what clients reach. Models are asked by services only, on loopback or inside the stack. */
function keyEnv({context}: Building): Record<string, string> {
  return context.apiKeys === null ? {} : {SUTRA_API_KEYS: context.apiKeys};
}
