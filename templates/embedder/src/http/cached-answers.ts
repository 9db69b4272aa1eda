import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import {artifactHeader, embedRequestSchema, rawVectors, requestIdHeader} from '@sutra/contract/http-embed';
import type {Embedded, Lookup} from '../embeddings.js';
import {EmbedFailure} from '../failure.js';
import {bodyLimitBytes} from './body/body-limit.js';
import {embedBody} from './body/embed-body.js';
import {parseBody} from './body/json-body.js';
import {plainRequest} from './body/plain-request.js';
import {readRequest} from './body/request-schema.js';
import type {Context} from './context.js';
import {handOn} from './handed-on.js';
import {orderOf} from './order.js';
import {requestId} from './request-id.js';
import {refuseOtherModel} from './served-model.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers `POST /embed` in JSON before the framework sees it, if L1 has every text: routing, hooks and promises would
 * take longer than the answer. Everything else goes on to the framework with what was read and looked up here, so that
 * nothing is done twice; a mistake in a request with its body alone, so that one place says what is wrong.
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
      const lookup = body === null ? null : lookUp(context, request, body);
      const embedded = lookup === null ? null : context.embeddings.fromL1(lookup);
      if (embedded !== null) {
        answer(context, request, response, embedded, startedMs);
        return;
      }
      handOn(request, {body: body ?? Buffer.alloc(0), lookup});
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

/** Null: the request has a mistake. */
function lookUp({embeddings, env}: Context, request: IncomingMessage, body: Buffer): Lookup | null {
  try {
    const json = parseBody(body, bodyLimitBytes(env.SUTRA_ROLE));
    const asked = plainRequest(json) ?? readRequest(embedRequestSchema, json, 'texts');
    refuseOtherModel(asked.model_id, embeddings.facts());
    return embeddings.lookUp(orderOf(asked, request.headers));
  } catch (error) {
    if (error instanceof EmbedFailure) return null;
    throw error;
  }
}

function answer(
  {env, cache, metrics, draining}: Context,
  request: IncomingMessage,
  response: ServerResponse,
  embedded: Embedded,
  startedMs: number,
): void {
  metrics.texts(embedded.vectors.length);
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
  if (draining) headers.push('connection', 'close');
  response.writeHead(200, headers).end(text, 'latin1');
  metrics.request('/embed', 200, (performance.now() - startedMs) / 1000);
}
