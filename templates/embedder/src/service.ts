import {setTimeout as sleep} from 'node:timers/promises';
import type {EmbedderEnvironment} from '@sutra/contract/embedder-environment';
import type {ModelEntry} from '@sutra/contract/model-entry';
import {L1Cache} from './cache/l1-cache.js';
import {replicaCounters, TwoTierCache} from './cache/two-tier-cache.js';
import {Embeddings} from './embeddings.js';
import {ConfigurationError} from './environment.js';
import {readAccess} from './http/auth/api-keys.js';
import type {Context} from './http/context.js';
import {gracefulClose} from './http/graceful-close.js';
import {buildServer, timeoutsMs} from './http/server.js';
import {LocalModel} from './inference/local-model.js';
import {L2Cache} from './l2/l2-cache.js';
import {readSecret} from './l2/read-secret.js';
import {logEvent} from './log.js';
import {Metrics} from './metrics.js';
import {factsOfEntry} from './model-facts.js';
import {readModelFolder} from './model-folder.js';
import type {VectorSource} from './vector-source.js';

export interface Service {
  /** Says it drains, goes on accepting for the drain time, then closes and finishes what is in flight. */
  drain(): Promise<void>;
}

/**
 * Listens at once and answers 503 until the model is ready. `onUnusable` is called when it never can be: the weights do
 * not load. Throws ConfigurationError, or what listening throws.
 */
export async function startService(env: EmbedderEnvironment, onUnusable: (reason: string) => void): Promise<Service> {
  const access = readAccess(env);
  const metrics = new Metrics();
  const source = await sourceOf(env, metrics, onUnusable);
  const cache = cacheOf(env, metrics);
  const embeddings = new Embeddings(source, cache, metrics);
  const context: Context = {env, source, cache, embeddings, metrics, draining: false, startedAtMs: performance.now()};
  metrics.watch({
    queueTokens: () => source.state().queueTokens,
    cacheEntries: () => cache?.l1.stats().size ?? 0,
    cacheBytes: () => cache?.l1.stats().bytes ?? 0,
    l2: () => cache?.l2?.figures() ?? null,
  });
  const app = buildServer(context, access);
  const close = gracefulClose(app, timeoutsMs.request);
  const url = await app.listen({host: env.SUTRA_HOST, port: env.SUTRA_PORT});
  logEvent(env.SUTRA_SERVICE_NAME, 'started', {role: env.SUTRA_ROLE, url, pid: process.pid});
  return {
    drain: async () => {
      context.draining = true;
      logEvent(env.SUTRA_SERVICE_NAME, 'draining', {drain_ms: env.SUTRA_DRAIN_MS});
      await sleep(env.SUTRA_DRAIN_MS);
      await close();
      await source.close();
      await cache?.close();
      logEvent(env.SUTRA_SERVICE_NAME, 'stopped');
    },
  };
}

async function sourceOf(
  env: EmbedderEnvironment,
  metrics: Metrics,
  onUnusable: (reason: string) => void,
): Promise<VectorSource> {
  const wishes = {defaultDimension: env.MATRYOSHKA_DIM, forced: env.SUTRA_FORCE_DIMENSIONS};
  const onEvent = (event: string, fields: object) => logEvent(env.SUTRA_SERVICE_NAME, event, fields);
  if (env.SUTRA_ROLE === 'cached') {
    // Its HTTP client is a sixth of what a start has to load.
    const {UpstreamModel} = await import('./upstream/upstream-model.js');
    const {ML_BASE_URL: url = '', SUTRA_UPSTREAM_TIMEOUT_MS: timeoutMs} = env;
    return new UpstreamModel({url, timeoutMs, wishes, metrics, onEvent});
  }
  const {SUTRA_MODEL_DIR: modelDir = ''} = env;
  const entry = withinTokens(readModelFolder(modelDir), env.SUTRA_MAX_TOKENS);
  const facts = factsOfEntry(entry, wishes);
  if (!facts.dimensions.includes(facts.defaultDimension)) {
    throw new ConfigurationError(
      `MATRYOSHKA_DIM is "${facts.defaultDimension}": ${entry.id} offers ${facts.dimensions.join(', ')}`,
    );
  }
  return new LocalModel({
    modelDir,
    entry,
    facts,
    workers: env.SUTRA_WORKERS,
    threads: env.SUTRA_THREADS,
    queueTokens: env.SUTRA_QUEUE_TOKENS,
    metrics,
    onEvent,
    onUnusable,
  });
}

function withinTokens(entry: ModelEntry, maxTokens = entry.windowTokens): ModelEntry {
  return {...entry, windowTokens: Math.min(entry.windowTokens, maxTokens)};
}

/** Only what is asked by clients is kept: a model behind a cached embedder would keep everything twice. */
function cacheOf(env: EmbedderEnvironment, {lookups}: Metrics): TwoTierCache | null {
  if (env.SUTRA_ROLE === 'model' || !env.SUTRA_CACHE_ENABLED) return null;
  const l1 = new L1Cache({
    maxEntries: env.SUTRA_L1_ENTRIES,
    maxBytes: env.SUTRA_L1_BYTES,
    ttlSeconds: env.SUTRA_CACHE_TTL,
  });
  const name = env.SUTRA_SERVICE_NAME.replaceAll(/[^\w.:-]/g, '-').slice(0, 64);
  if (env.SUTRA_CACHE_HOST === undefined) return new TwoTierCache(l1, null, name, lookups);
  const l2: L2Cache = new L2Cache({
    shards: shardsOf(env.SUTRA_CACHE_HOST, env.SUTRA_CACHE_PORT),
    name,
    deadlineMs: env.SUTRA_CACHE_DEADLINE_MS,
    secret: () => readSecret(env.SUTRA_CACHE_SECRET_FILE),
    queue: {maxEntries: env.SUTRA_CACHE_QUEUE_ENTRIES, maxBytes: env.SUTRA_CACHE_QUEUE_BYTES},
    counters: () => replicaCounters(l1, l2, lookups),
    onNewGeneration: () => l1.clear(),
    onEvent: (event, fields) => logEvent(env.SUTRA_SERVICE_NAME, event, fields),
  });
  return new TwoTierCache(l1, l2, name, lookups);
}

/** `host`, or several with commas between, each with its port if it is not the usual one. */
function shardsOf(list: string, usualPort: number): {host: string; port: number}[] {
  return list.split(',').map((address) => {
    const [host = '', port] = address.split(':');
    return {host, port: port === undefined ? usualPort : Number(port)};
  });
}
