import type {Health, Info} from '@sutra/contract/http-info';
import {limits} from '@sutra/contract/limits';
import type {FastifyInstance} from 'fastify';
import {noCacheStats} from '../cache/cache-stats.js';
import type {Context} from './context.js';

/** `GET /health /ready /info /metrics /cache/stats`, `DELETE /cache`. */
export function statusRoutes(app: FastifyInstance, context: Context): void {
  app.get('/health', (_request, reply) => {
    const health = healthOf(context);
    return reply.code(health.model_loaded ? 200 : 503).send(health);
  });
  app.get('/ready', (_request, reply) => {
    if (context.draining) return reply.code(404).send({status: 'draining'});
    const {model} = context.source.state();
    return reply.code(model === 'ready' ? 200 : 503).send({status: model});
  });
  app.get('/info', () => infoOf(context));
  app.get('/metrics', async (_request, reply) => {
    const {contentType, text} = await context.metrics.text();
    return reply.type(contentType).send(text);
  });
  app.get('/cache/stats', async () => (await context.cache?.stats()) ?? noCacheStats);
  app.delete('/cache', async () => (await context.cache?.clear()) ?? {cleared: 0});
}

/** `degraded`: it answers from the cache, and the models behind it cannot be reached. */
function healthOf({env, source, metrics, startedAtMs}: Context): Health {
  const {model, upstreamConnected} = source.state();
  const facts = source.facts();
  const status = model !== 'ready' ? 'loading' : upstreamConnected === false ? 'degraded' : 'healthy';
  return {
    status,
    service: env.SUTRA_SERVICE_NAME,
    model: facts?.id ?? '',
    model_loaded: model === 'ready',
    ...(upstreamConnected === undefined ? {} : {ml_base_connected: upstreamConnected}),
    dimension: facts?.defaultDimension ?? env.MATRYOSHKA_DIM ?? 0,
    edition: env.SUTRA_EDITION,
    version: env.SUTRA_VERSION,
    uptime_seconds: Math.round(performance.now() - startedAtMs) / 1000,
    total_requests: metrics.embedRequests,
  };
}

function infoOf({env, embeddings}: Context): Info {
  const facts = embeddings.facts();
  return {
    service: env.SUTRA_SERVICE_NAME,
    role: env.SUTRA_ROLE,
    version: env.SUTRA_VERSION,
    edition: env.SUTRA_EDITION,
    model: {
      id: facts.id,
      artifact: facts.artifact,
      native_dimension: facts.nativeDimension,
      default_dimension: facts.defaultDimension,
      dimensions: facts.dimensions,
      pooling: facts.pooling,
      window_tokens: facts.windowTokens,
      prefixes: facts.prefixes,
      batching: facts.batching,
    },
    limits: {
      texts_per_request: limits.textsPerRequest,
      body_bytes: limits.bodyBytes,
      queue_tokens: env.SUTRA_ROLE === 'cached' ? null : env.SUTRA_QUEUE_TOKENS,
    },
  };
}
