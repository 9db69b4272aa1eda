import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import {openPaths} from '@sutra/contract/api-keys';
import {requestIdHeader} from '@sutra/contract/http-embed';
import {EmbedFailure} from '../failure.js';
import type {ApiKeys} from './api-keys.js';
import type {Context} from './context.js';
import {errorBody} from './errors.js';
import {requestId} from './request-id.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands before everything that answers, the cached answers among it. Without keys it does not stand there at all. */
export function guardWithKeys(server: Server, keys: ApiKeys | null, context: Context): void {
  const [next] = server.listeners('request') as Listener[];
  if (keys === null || next === undefined) return;
  server.removeListener('request', next);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isOpen(request.url) || keys(request)) next(request, response);
    else refuse(request, response, context);
  });
}

function isOpen(url = ''): boolean {
  const end = url.indexOf('?');
  return openPaths.includes(end === -1 ? url : url.slice(0, end));
}

function refuse(request: IncomingMessage, response: ServerResponse, {metrics, draining}: Context): void {
  const startedMs = performance.now();
  const failure = new EmbedFailure('unauthorized', 'give an API key: "authorization: Bearer KEY" or "x-api-key: KEY"');
  const id = requestId(request);
  const body = JSON.stringify(errorBody(failure, id));
  response.writeHead(failure.status, {
    [requestIdHeader]: id,
    'www-authenticate': 'Bearer',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(draining ? {connection: 'close'} : {}),
  });
  // What is still arriving is thrown away, by Node and within the request's time: a reset would lose this answer.
  response.end(body);
  metrics.request('none', failure.status, (performance.now() - startedMs) / 1000);
}
