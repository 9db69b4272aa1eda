import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import {artifactHeader, embedRequestSchema, rawVectors, requestIdHeader} from '@sutra/contract/http-embed';
import {EmbedFailure} from '../failure.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {embedBody} from './body/embed-body.js';
import {parseBody} from './body/json-body.js';
import {plainRequest} from './body/plain-request.js';
import {readRequest} from './body/request-schema.js';
import type {Context} from './context.js';
import {orderOf} from './order.js';
import {requestId} from './request-id.js';
import {refuseOtherModel} from './served-model.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Bodies that were read here, for whoever answers in the end. */
const bodies = new WeakMap<IncomingMessage, Buffer>();

export function bodyReadBefore(request: IncomingMessage): Buffer | undefined {
  return bodies.get(request);
}

/**
 * Answers `POST /embed` in JSON before the framework sees it, if L1 has every text: routing, hooks and promises would
 * take longer than the answer. Everything else, every mistake in a request among it, goes on to the framework with the
 * body that was read here, so that there is one place where it is said what is wrong.
 */
export function answerCachedFirst(server: Server, context: Context): void {
  const [next] = server.listeners('request') as Listener[];
  if (context.cache === null || next === undefined) return;
  const limitBytes = bodyLimitBytes(context.env.SUTRA_ROLE);
  server.removeListener('request', next);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!mayBeCached(request, limitBytes)) {
      next(request, response);
      return;
    }
    const startedMs = performance.now();
    let body: Buffer | null = null;
    request.on('data', (chunk: Buffer) => {
      body = body === null ? chunk : Buffer.concat([body, chunk]);
    });
    request.on('end', () => {
      if (body !== null && answer(context, request, response, body, startedMs)) return;
      bodies.set(request, body ?? Buffer.alloc(0));
      next(request, response);
    });
  });
}

function mayBeCached({method, url, headers}: IncomingMessage, limitBytes: number): boolean {
  if (method !== 'POST' || url !== '/embed') return false;
  const declaredBytes = headers['content-length'];
  if (declaredBytes === undefined || Number(declaredBytes) > limitBytes) return false;
  return headers.accept?.includes(rawVectors.contentType) !== true;
}

/** False: it is for somebody else to answer, and nothing was done. */
function answer(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  startedMs: number,
): boolean {
  const {embeddings, env, cache, metrics} = context;
  try {
    const json = parseBody(body, bodyLimitBytes(env.SUTRA_ROLE));
    const asked = plainRequest(json) ?? readRequest(embedRequestSchema, json, 'texts');
    refuseOtherModel(asked.model_id, embeddings.facts());
    const order = orderOf(asked, request.headers);
    const embedded = embeddings.fromL1(order);
    if (embedded === null) return false;
    metrics.texts(order.texts.length);
    const text = embedBody(embedded, env.SUTRA_EDITION, performance.now() - startedMs, cache);
    const headers = [
      requestIdHeader,
      requestId(request),
      artifactHeader,
      embedded.facts.artifact,
      'content-type',
      'application/json; charset=utf-8',
      'content-length',
      String(text.length),
    ];
    if (context.draining) headers.push('connection', 'close');
    response.writeHead(200, headers).end(text, 'latin1');
    metrics.request('/embed', 200, (performance.now() - startedMs) / 1000);
    return true;
  } catch (error) {
    if (error instanceof EmbedFailure) return false;
    throw error;
  }
}
