import {artifactHeader, embedRequestSchema, rawVectors} from '@sutra/contract/http-embed';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {Embedded, Lookup} from '../embeddings.js';
import {inDimension} from '../inference/full-vector.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {embedBody} from './body/embed-body.js';
import {parseBody} from './body/json-body.js';
import {readRequest} from './body/request-schema.js';
import {clientGone} from './client-gone.js';
import type {Context} from './context.js';
import {handedOn} from './handed-on.js';
import {orderOf} from './order.js';
import {refuseOtherModel} from './served-model.js';

/** `POST /embed` */
export function embedRoute(app: FastifyInstance, context: Context): void {
  app.post('/embed', async (request, reply) => {
    const startedMs = performance.now();
    const lookup = handedOn(request.raw)?.lookup ?? lookUp(context, request);
    context.metrics.texts(lookup.order.texts.length);
    const embedded = context.embeddings.fromL1(lookup) ?? (await context.embeddings.embed(lookup, clientGone(reply)));
    reply.header(artifactHeader, embedded.facts.artifact);
    if (request.headers.accept?.includes(rawVectors.contentType)) return sendRaw(reply, embedded);
    const processingMs = performance.now() - startedMs;
    return reply
      .type('application/json')
      .send(embedBody(embedded, context.env.SUTRA_EDITION, processingMs, context.cache));
  });
}

/** Throws EmbedFailure, which says what is wrong with the request. */
function lookUp({embeddings, env}: Context, {body, headers}: FastifyRequest): Lookup {
  const json = parseBody(body, bodyLimitBytes(env.SUTRA_ROLE));
  const asked = readRequest(embedRequestSchema, json, 'texts');
  refuseOtherModel(asked.model_id, embeddings.facts());
  return embeddings.lookUp(orderOf(asked, headers));
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
