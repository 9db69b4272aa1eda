import type {IncomingMessage, Server, ServerResponse} from 'node:http';
import type {AccessRole} from '@sutra/contract/access-token';
import {openPaths} from '@sutra/contract/api-keys';
import {requestIdHeader} from '@sutra/contract/http-embed';
import {EmbedFailure} from '../../failure.js';
import type {Context} from '../context.js';
import {errorBody} from '../errors.js';
import {requestId} from '../request-id.js';
import type {AccessCheck} from './api-keys.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Asks every request for its role before anything answers it, cached answers included; without keys nothing is asked.
 * 401 without a role, 403 where the role is not enough.
 */
export function guardAccess(server: Server, access: AccessCheck | null, context: Context): void {
  const [next] = server.listeners('request') as Listener[];
  if (access === null || next === undefined) return;
  const answer = (role: AccessRole | null, request: IncomingMessage, response: ServerResponse) => {
    if (role === null) refuse(request, response, unauthorized(), context);
    else if (needsAdmin(request) && role !== 'admin') refuse(request, response, forbidden(role), context);
    else next(request, response);
  };
  server.removeListener('request', next);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isOpen(request.url)) return next(request, response);
    const role = access(request);
    if (!(role instanceof Promise)) return answer(role, request, response);
    void role.then((checked) => {
      if (!response.destroyed) answer(checked, request, response);
    });
  });
}

/** What removes something. */
function needsAdmin({method}: IncomingMessage): boolean {
  return method === 'DELETE';
}

function unauthorized(): EmbedFailure {
  return new EmbedFailure(
    'unauthorized',
    'give an API key or an access token that has not expired: "authorization: Bearer KEY" or "x-api-key: KEY"',
  );
}

function forbidden(role: AccessRole): EmbedFailure {
  return new EmbedFailure(
    'forbidden',
    `role "${role}" is not allowed to do this: use an API key or a token with role "admin"`,
  );
}

function isOpen(url = ''): boolean {
  const end = url.indexOf('?');
  return openPaths.includes(end === -1 ? url : url.slice(0, end));
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  failure: EmbedFailure,
  {metrics, draining}: Context,
): void {
  const startedMs = performance.now();
  const id = requestId(request);
  const body = JSON.stringify(errorBody(failure, id));
  response.writeHead(failure.status, {
    [requestIdHeader]: id,
    ...(failure.status === 401 ? {'www-authenticate': 'Bearer'} : {}),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(draining ? {connection: 'close'} : {}),
  });
  // What is still arriving is thrown away, by Node and within the request's time: a reset would lose this answer.
  response.end(body);
  metrics.request('none', failure.status, (performance.now() - startedMs) / 1000);
}
