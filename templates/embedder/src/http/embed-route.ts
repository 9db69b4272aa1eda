import {artifactHeader, embedRequestSchema, rawVectors} from '@sutra/contract/http-embed';
import type {FastifyInstance, FastifyReply} from 'fastify';
import type {Embedded} from '../embeddings.js';
import {inDimension} from '../inference/full-vector.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {embedBody} from './body/embed-body.js';
import {parseBody} from './body/json-body.js';
import {readRequest} from './body/request-schema.js';
import {clientGone} from './client-gone.js';
import type {Context} from './context.js';
import {orderOf} from './order.js';
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
    const order = orderOf(body, request.headers);
    context.metrics.texts(order.texts.length);
    const embedded = context.embeddings.fromL1(order) ?? (await context.embeddings.embed(order, clientGone(reply)));
    reply.header(artifactHeader, embedded.facts.artifact);
    if (request.headers.accept?.includes(rawVectors.contentType)) return sendRaw(reply, embedded);
    const processingMs = performance.now() - startedMs;
    return reply
      .type('application/json')
      .send(embedBody(embedded, context.env.SUTRA_EDITION, processingMs, context.cache));
  });
}

function sendRaw(reply: FastifyReply, {vectors, dimension, normalise, cachedCount, facts}: Embedded): FastifyReply {
  const all = new Float32Array(vectors.length * dimension);
  for (const [i, {values}] of vectors.entries()) all.set(inDimension(values, dimension, normalise), i * dimension);
  return reply
    .headers({
      [rawVectors.dimensionHeader]: dimension,
      [rawVectors.countHeader]: vectors.length,
      [rawVectors.cachedCountHeader]: cachedCount,
      [rawVectors.modelHeader]: facts.id,
      [rawVectors.tokensHeader]: vectors.map(({tokens}) => tokens).join(','),
    })
    .type(rawVectors.contentType)
    .send(Buffer.from(all.buffer));
}
