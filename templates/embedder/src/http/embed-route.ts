import {artifactHeader, type EmbedResponse, embedRequestSchema, rawVectors} from '@sutra/contract/http-embed';
import type {FastifyInstance, FastifyReply} from 'fastify';
import type {Embedded} from '../embeddings.js';
import {bodyLimitBytes} from './body-limit.js';
import {clientGone} from './client-gone.js';
import type {Context} from './context.js';
import {parseBody} from './json-body.js';
import {readRequest} from './request-schema.js';
import {refuseOtherModel} from './served-model.js';

/** `POST /embed` */
export function embedRoute(app: FastifyInstance, context: Context): void {
  app.post('/embed', async (request, reply) => {
    const startedMs = performance.now();
    const body = readRequest(
      embedRequestSchema,
      parseBody(request.body, bodyLimitBytes(context.env.SUTRA_ROLE)),
      'texts',
    );
    refuseOtherModel(body.model_id, context.embeddings.facts());
    const texts = body.texts ?? [body.text ?? ''];
    context.metrics.texts(texts.length);
    const order = {
      texts,
      normalise: body.normalize,
      truncate: body.truncate,
      inputType: body.input_type,
      dimension: body.dimension,
      cacheTtlSeconds: body.cache_ttl_seconds,
    };
    const embedded = await context.embeddings.embed(order, clientGone(reply));
    reply.header(artifactHeader, embedded.facts.artifact);
    if (request.headers.accept?.includes(rawVectors.contentType)) return sendRaw(reply, embedded);
    const answer: EmbedResponse = {
      embeddings: embedded.rows.map((row) => Array.from(row)),
      dimension: embedded.dimension,
      model: embedded.facts.id,
      processing_time_ms: Math.round((performance.now() - startedMs) * 100) / 100,
      cached_count: embedded.cachedCount,
      edition: context.env.SUTRA_EDITION,
      batch_size: texts.length,
    };
    return reply.type('application/json').send(JSON.stringify(answer));
  });
}

function sendRaw(reply: FastifyReply, {rows, dimension, cachedCount, facts, tokens}: Embedded): FastifyReply {
  const all = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) all.set(row, i * dimension);
  return reply
    .headers({
      [rawVectors.dimensionHeader]: dimension,
      [rawVectors.countHeader]: rows.length,
      [rawVectors.cachedCountHeader]: cachedCount,
      [rawVectors.modelHeader]: facts.id,
      [rawVectors.tokensHeader]: tokens.join(','),
    })
    .type(rawVectors.contentType)
    .send(Buffer.from(all.buffer));
}
