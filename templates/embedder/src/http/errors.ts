import {randomUUID} from 'node:crypto';
import type {Socket} from 'node:net';
import {type ErrorBody, requestIdHeader} from '@sutra/contract/http-embed';
import type {ConnectionError, FastifyError, FastifyReply, FastifyRequest} from 'fastify';
import {EmbedFailure} from '../failure.js';
import {logEvent} from '../log.js';
import {ClientGone} from './client-gone.js';

/** Answers any error of a route in the one envelope. What is not a known failure is logged, without its message. */
export function answerError(service: string) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof ClientGone) return reply.hijack();
    const failure = failureOf(error);
    if (failure.code === 'internal' && !(error instanceof EmbedFailure)) {
      logEvent(service, 'defect', {request_id: request.id, error: nameOf(error), stack: framesOf(error)});
    }
    return answer(failure, request, reply);
  };
}

/** 404, or 405 with `Allow` where the path exists for other methods. */
export function answerNotFound(methodsOf: (path: string) => string[]) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = methodsOf(path);
    const failure =
      methods.length === 0
        ? new EmbedFailure('not_found', 'there is nothing at this path')
        : new EmbedFailure('method_not_allowed', `this path takes ${methods.join(', ')}`);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return answer(failure, request, reply);
  };
}

/** What Node's parser refused before there was a request: the answer is written to the socket by hand. */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new EmbedFailure('request_timeout', 'the request did not arrive in time')
      : new EmbedFailure('malformed', 'this is not a request in HTTP/1.1, or its headers are too large');
  const id = randomUUID();
  const body = JSON.stringify(errorBody(failure, id));
  const reason = failure.status === 408 ? 'Request Timeout' : 'Bad Request';
  socket.end(
    `HTTP/1.1 ${failure.status} ${reason}\r\n${requestIdHeader}: ${id}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function answer(failure: EmbedFailure, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds);
  return reply
    .code(failure.status)
    .header(requestIdHeader, request.id)
    .type('application/json')
    .send(JSON.stringify(errorBody(failure, request.id)));
}

export function errorBody({code, message, details}: EmbedFailure, requestId: string): ErrorBody {
  return {error: {code, message, ...(details === undefined ? {} : {details})}, request_id: requestId};
}

function failureOf(error: unknown): EmbedFailure {
  if (error instanceof EmbedFailure) return error;
  const status = isFrameworkError(error) ? (error.statusCode ?? 500) : 500;
  if (status >= 400 && status < 500) return new EmbedFailure('malformed', 'the request cannot be read');
  return new EmbedFailure('internal', 'internal error; see the embedder log for this request id');
}

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where, and not what: a message may quote a request. */
function framesOf(error: unknown): string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}
