import {artifactHeader, openaiRequestSchema} from '@sutra/contract/http-embed';
import type {FastifyInstance} from 'fastify';
import type {TwoTierCache} from '../cache/two-tier-cache.js';
import type {Embedded} from '../embeddings.js';
import {inDimension} from '../inference/full-vector.js';
import type {FullVector} from '../vector-source.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {rowJson} from './body/embed-body.js';
import {parseBody} from './body/json-body.js';
import {readRequest} from './body/request-schema.js';
import {clientGone} from './client-gone.js';
import type {Context} from './context.js';
import {trafficOf} from './order.js';
import {refuseOtherModel} from './served-model.js';

const defaultTtlSeconds = 86_400;

/**
 * `POST /v1/embeddings`. `usage` counts the tokens of every text of the request as the model saw them, from the cache or
 * not: the count is kept with the vector.
 */
export function openaiRoute(app: FastifyInstance, context: Context): void {
  app.post('/v1/embeddings', async (request, reply) => {
    const body = readRequest(
      openaiRequestSchema,
      parseBody(request.body, bodyLimitBytes(context.env.SUTRA_ROLE)),
      'input',
    );
    refuseOtherModel(body.model, context.embeddings.facts());
    const texts = typeof body.input === 'string' ? [body.input] : body.input;
    context.metrics.texts(texts.length);
    const lookup = context.embeddings.lookUp({
      texts,
      normalise: true,
      truncate: false,
      inputType: undefined,
      dimension: body.dimensions,
      cacheTtlSeconds: defaultTtlSeconds,
      traffic: trafficOf(request.headers),
    });
    const embedded = context.embeddings.fromL1(lookup) ?? (await context.embeddings.embed(lookup, clientGone(reply)));
    reply.header(artifactHeader, embedded.facts.artifact);
    return reply.type('application/json').send(openaiBody(embedded, body.encoding_format, context.cache));
  });
}

/** The JSON of an `OpenaiResponse`. */
function openaiBody(embedded: Embedded, format: 'float' | 'base64', cache: TwoTierCache | null): string {
  const {vectors, facts} = embedded;
  const total = vectors.reduce((sum, {tokens}) => sum + tokens, 0);
  const data = vectors.map((vector, index) => {
    const embedding = format === 'float' ? rowJson(vector, embedded, cache) : base64(vector, embedded);
    return `{"object":"embedding","index":${index},"embedding":${embedding}}`;
  });
  const usage = `{"prompt_tokens":${total},"total_tokens":${total}}`;
  return `{"object":"list","data":[${data.join(',')}],"model":${JSON.stringify(facts.id)},"usage":${usage}}`;
}

/** A JSON string: base64 of the little-endian float32 row. */
function base64({values}: FullVector, {dimension, normalise}: Embedded): string {
  const row = inDimension(values, dimension, normalise);
  return `"${Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('base64')}"`;
}
