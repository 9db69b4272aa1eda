import {artifactHeader, type OpenaiResponse, openaiRequestSchema} from '@sutra/contract/http-embed';
import type {FastifyInstance} from 'fastify';
import {bodyLimitBytes} from './body-limit.js';
import {clientGone} from './client-gone.js';
import type {Context} from './context.js';
import {parseBody} from './json-body.js';
import {readRequest} from './request-schema.js';
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
    const order = {
      texts,
      normalise: true,
      truncate: false,
      inputType: undefined,
      dimension: body.dimensions,
      cacheTtlSeconds: defaultTtlSeconds,
    };
    const {rows, tokens, facts} = await context.embeddings.embed(order, clientGone(reply));
    const total = tokens.reduce((sum, count) => sum + count, 0);
    const answer: OpenaiResponse = {
      object: 'list',
      data: rows.map((row, index) => ({object: 'embedding', index, embedding: encoded(row, body.encoding_format)})),
      model: facts.id,
      usage: {prompt_tokens: total, total_tokens: total},
    };
    reply.header(artifactHeader, facts.artifact);
    return reply.type('application/json').send(JSON.stringify(answer));
  });
}

/** base64 of the little-endian float32 row. */
function encoded(row: Float32Array, format: 'float' | 'base64'): number[] | string {
  if (format === 'float') return Array.from(row);
  return Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('base64');
}
